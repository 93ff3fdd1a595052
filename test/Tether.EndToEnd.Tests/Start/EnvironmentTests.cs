using System.Text;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>The environment is the launcher's with the spec's changes, or what the spec says alone, to the byte.</summary>
public sealed class EnvironmentTests
{
    [Trait("Conformance", "tst_qprocess")]
    [Fact]
    public async Task StartAsync_NoChanges_InheritsTheLaunchers()
    {
        await using TestHome home = new();
        ProgramReport report = await ProgramReport.OfAsync(home, new ProcessSpec(ProgramReport.Path, "report"));
        Assert.Contains("PATH=" + Environment.GetEnvironmentVariable("PATH"), report.EnvironmentText);
        Assert.Equal(Environment.GetEnvironmentVariables().Count, report.EnvironmentText.Length);
    }

    [Trait("Conformance", "tst_qprocess")]
    [Fact]
    public async Task StartAsync_Changes_SetReplaceAndRemove()
    {
        await using TestHome home = new();
        ProcessSpec spec = new(ProgramReport.Path, "report")
        {
            Environment = new Dictionary<string, string?> { ["PATH"] = "/changed", ["HOME"] = null, ["NEW"] = "a=b \n\uDCFF", ["EMPTY"] = "" },
        };
        string[] environment = (await ProgramReport.OfAsync(home, spec)).EnvironmentText;
        Assert.Contains("PATH=/changed", environment);
        Assert.Contains("NEW=a=b \n\u00FF", environment);
        Assert.Contains("EMPTY=", environment);
        Assert.DoesNotContain(environment, variable => variable.StartsWith("HOME=", StringComparison.Ordinal));
    }

    [Trait("Conformance", "tst_qprocess")]
    [Fact]
    public async Task StartAsync_ExplicitEnvironment_HoldsNothingElse()
    {
        await using TestHome home = new();
        ProcessSpec spec = new(ProgramReport.Path, "report")
        {
            InheritEnvironment = false,
            Environment = new Dictionary<string, string?> { ["B"] = "2", ["A"] = "1", ["GONE"] = null },
        };
        Assert.Equal(["A=1", "B=2"], (await ProgramReport.OfAsync(home, spec)).EnvironmentText);
    }

    [Fact]
    public async Task StartAsync_EmptyEnvironment_IsEmpty()
    {
        await using TestHome home = new();
        Assert.Empty((await ProgramReport.OfAsync(home, new ProcessSpec(ProgramReport.Path, "report") { InheritEnvironment = false })).Environment);
    }

    [Fact]
    public async Task StartAsync_LaunchersValueIsNoText_ArrivesAsThoseBytes()
    {
        await using TestHome home = new();
        string[] shell = ["sh", "-c", "BYTES=$(printf 'a\\377\\200z') exec \"$0\" \"$@\""];
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, [], ["cat"], shell);
        StartReport start = await launcher.StartProgramAsync();
        await Detachment.AssertAnswersAsync(home, start);
        string environment = Encoding.Latin1.GetString(ProcInfo.Environment(start.ProgramId));
        Assert.Contains("BYTES=a\u00FF\u0080z\0", environment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_SecretInEnvironment_IsNowhereOnTheKeeper()
    {
        await using TestHome home = new();
        ProcessSpec spec = new("sh", "-c", "cat", "argument-in-question") { Environment = new Dictionary<string, string?> { ["SECRET"] = "value-in-question" } };
        await using TetheredProcess process = await home.StartAsync(spec);
        string keeper = Encoding.Latin1.GetString(ProcInfo.Environment(process.KeeperId)) + await File.ReadAllTextAsync($"/proc/{process.KeeperId}/cmdline", home.Bound);
        Assert.DoesNotContain("in-question", keeper, StringComparison.Ordinal);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(home.Path, process.Name), "*.json"))
        {
            Assert.DoesNotContain("value-in-question", await File.ReadAllTextAsync(file, home.Bound), StringComparison.Ordinal);
        }
    }
}

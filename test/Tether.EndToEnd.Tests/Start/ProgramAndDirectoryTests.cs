using System.Runtime.Versioning;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>Which file is started, and where.</summary>
[SupportedOSPlatform("linux")]
public sealed class ProgramAndDirectoryTests
{
    [Fact]
    public async Task StartAsync_NameInPath_IsLookedUp()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        await Detachment.AssertAnswersAsync(home, process);
        Assert.EndsWith("/cat", home.Record(process.Name).Program, StringComparison.Ordinal);
        Assert.Equal(["cat", ""], (await File.ReadAllTextAsync($"/proc/{process.Id}/cmdline", home.Bound)).Split('\0'));
    }

    [Fact]
    public async Task StartAsync_NameInPathTwice_FirstThatCanBeExecutedIsTaken()
    {
        await using TestHome home = new();
        DirectoryInfo directory = Directory.CreateTempSubdirectory("tether-path-");
        try
        {
            string denied = directory.CreateSubdirectory("denied").FullName;
            string good = directory.CreateSubdirectory("good").FullName;
            await File.WriteAllTextAsync(denied + "/tool", "#!/bin/sh\necho denied\n", home.Bound);
            File.SetUnixFileMode(denied + "/tool", UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.CreateSymbolicLink(good + "/tool", "/bin/cat");
            // The launcher's PATH counts, so a launcher with this one.
            string[] before = ["env", $"PATH=/no/such/directory:{denied}:{good}"];
            await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, [], ["tool"], before);
            StartReport start = await launcher.StartProgramAsync();
            Assert.Equal(good + "/tool", home.Record(start.Name).Program);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Trait("Conformance", "tst_qprocess")]
    [Fact]
    public async Task StartAsync_RelativeProgram_StartsAtTheLaunchersDirectory()
    {
        await using TestHome home = new();
        string[] before = ["sh", "-c", "cd /usr/bin && exec \"$0\" \"$@\""];
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, ["directory=/proc"], ["./cat"], before);
        StartReport start = await launcher.StartProgramAsync();
        Assert.Equal("/usr/bin/cat", home.Record(start.Name).Program);
        Assert.Equal("/proc", ProcInfo.WorkingDirectory(start.ProgramId));
    }

    [Fact]
    public async Task StartAsync_NoDirectory_IsTheLaunchers()
    {
        await using TestHome home = new();
        ProgramReport report = await ProgramReport.OfAsync(home, new ProcessSpec(ProgramReport.Path, "report"));
        Assert.Equal(Environment.CurrentDirectory, report.Directory);
    }

    [Trait("Conformance", "tst_qprocess")]
    [Theory]
    [InlineData("/usr/bin", "/usr/bin")]
    [InlineData("share", "/usr/share")]
    public async Task StartAsync_Directory_IsWhereTheProgramRuns(string directory, string expected)
    {
        await using TestHome home = new();
        string[] before = ["sh", "-c", "cd /usr && exec \"$0\" \"$@\""];
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, ["directory=" + directory], ["cat"], before);
        Assert.Equal(expected, ProcInfo.WorkingDirectory((await launcher.StartProgramAsync()).ProgramId));
    }

    [Fact]
    public async Task StartAsync_LaunchersDirectoryRemoved_IsWorkingDirectoryNotFound()
    {
        await using TestHome home = new();
        using RawDirectory directory = new();
        string[] before = ["sh", "-c", $"cd '{directory.Path}' && mkdir gone && cd gone && rmdir ../gone && exec \"$0\" \"$@\""];
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, [], ["cat"], before);
        FailureReport failure = await launcher.FailToStartAsync();
        Assert.Equal(("WorkingDirectoryNotFound", 2, "cat"), (failure.Reason, failure.Errno, failure.Program));
        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Path));
    }

    [Fact]
    public async Task StartAsync_LaunchersDirectoryNamedByNoText_IsWhereTheProgramRuns()
    {
        await using TestHome home = new();
        using RawDirectory directory = new();
        string enter = $"cd '{directory.Path}' && mkdir \"$(printf '\\377')\" && cd \"$(printf '\\377')\" && exec \"$0\" \"$@\"";
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, [], ["sh", "-c", "pwd | od -An -tx1 -v | tr -d ' \\n'"], ["sh", "-c", enter]);
        await using TetheredProcess process = await home.AttachAsync((await launcher.StartProgramAsync()).Name);
        using StreamReader reader = new(process.StandardOutput.OpenRead());
        Assert.EndsWith("2fff0a", await reader.ReadToEndAsync(home.Bound), StringComparison.Ordinal);
    }
}

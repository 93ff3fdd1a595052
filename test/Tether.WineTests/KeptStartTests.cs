using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Tether.EndToEnd.Tests;
using Tether.EndToEnd.Tests.Keep;

namespace Tether.WineTests;

/// <summary><see cref="WindowsStartInfo"/> all the way: from the specification through the keeper to the program.</summary>
[SupportedOSPlatform("windows")]
public sealed class KeptStartTests
{
    [Fact]
    public async Task StartAsync_StartupInformation_IsWhatTheProgramReads()
    {
        WindowsStartInfo info = new() { ShowState = WindowsShowState.ShowMaximized, Title = "título 漢", ConsoleColors = 7 };

        string[] seen = (await OutputOf(Spec("startup") with { Windows = info })).Split('|');

        Assert.Equal(("título 漢", "11", "3"), (seen[1], seen[2], seen[3]));
    }

    [Fact]
    public async Task StartAsync_NativeCommandLine_ArrivesToTheCharacter()
    {
        const string line = "\"odd name\"   line  \"a  b\\\\\" ^%x%  ";

        string seen = await OutputOf(new ProcessSpec(Child.Executable) { Windows = new() { NativeCommandLine = line } });

        Assert.Equal(line, seen);
    }

    [Fact]
    public async Task StartAsync_ApplicationName_IsExecutedAndTheProgramIsOnlyItsName()
    {
        ProcessSpec spec = new("no such program", "line") { Windows = new() { ApplicationName = Child.Executable } };

        Assert.Equal("\"no such program\" line", await OutputOf(spec));
    }

    [Fact]
    public async Task StartAsync_BatchFileWithANativeCommandLine_IsRefused()
    {
        using ScratchFiles files = new();
        await File.WriteAllTextAsync(files["a.cmd"], "@echo off\r\n");
        ProcessSpec spec = new(files["a.cmd"]) { Windows = new() { NativeCommandLine = "a.cmd & calc" } };

        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => OutputOf(spec));

        Assert.Contains("batch file", error.Message);
    }

    [Fact]
    public async Task StartAsync_BatchFile_GetsItsArgumentsAsTheyAre()
    {
        using ScratchFiles files = new();
        await File.WriteAllTextAsync(files["print it.cmd"], "@echo off\r\necho [%1] [%2]\r\n");

        string output = await OutputOf(new ProcessSpec(files["print it.cmd"], "two words", "a&echo hacked"));

        Assert.Equal("[\"two words\"] [\"a&echo hacked\"]", output.Trim());
    }

    [Fact]
    public async Task StartAsync_SecurityDescriptorThatIsNone_IsRefusedByTheMembersNameAndLeavesNothing()
    {
        await using TestHome home = new();
        ProcessSpec spec = Spec("sleep") with { Windows = new() { ThreadSecurity = "D:(A;;NOTHING;;;WD)" } };

        ProcessStartException error = await Assert.ThrowsAsync<ProcessStartException>(() => home.StartAsync(spec));

        Assert.Equal((StartFailure.ParameterRefused, "ThreadSecurity"), (error.Reason, error.Parameter));
        Assert.Contains("NOTHING", error.Message);
        Assert.Empty(await home.ListAsync());
    }

    [Fact]
    public async Task StartAsync_ProcessSecurity_IsTheProgramsOwn()
    {
        ProcessSpec spec = Spec("line") with { Windows = new() { ProcessSecurity = "D:P(A;;0x1fffff;;;WD)" } };

        Assert.NotEmpty(await OutputOf(spec));
    }

    /// <summary>Nobody at all may look at it, so no client could tell it from a later process with its number.</summary>
    [Fact]
    public async Task StartAsync_ProcessSecurityThatHidesTheProgram_IsRefusedAndLeavesNothing()
    {
        await using TestHome home = new();
        ProcessSpec spec = Spec("sleep") with { Windows = new() { ProcessSecurity = "D:P(D;;0x1fffff;;;WD)" } };

        ProcessStartException error = await Assert.ThrowsAsync<ProcessStartException>(() => home.StartAsync(spec));

        Assert.Equal((StartFailure.ParameterRefused, "ProcessSecurity"), (error.Reason, error.Parameter));
        Assert.Contains("0x101000", error.Message);
        Assert.Empty(await home.ListAsync());
    }

    [Theory]
    [InlineData("%PATH%", "a '%'")]
    [InlineData("\"&calc", "a quote")]
    public async Task StartAsync_ArgumentThatABatchFileWouldRun_IsRefusedAndLeavesNothing(string argument, string reason)
    {
        using ScratchFiles files = new();
        await using TestHome home = new();
        await File.WriteAllTextAsync(files["a.cmd"], "@echo %1>>ran\r\n");

        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => home.StartAsync(files["a.cmd"], argument));

        Assert.Contains(reason, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(await home.ListAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData(@"\\?\")]
    public async Task StartAsync_ProgramsPathOfAnyName_IsStartedAndRecorded(string prefix)
    {
        using ScratchFiles files = new();
        await using TestHome home = new();
        string directory = Directory.CreateDirectory(files["ünï 漢 x"]).FullName;
        string program = Path.Combine(directory, "pro gram.exe");
        File.Copy(Child.Executable, program);

        await using TetheredProcess process = await home.StartAsync(prefix + program, "exit", "3");

        Assert.Equal(3, (await process.WaitForExitAsync(home.Bound)).ExitCode);
        Assert.Equal(prefix + program, home.Record(process.Name).Program);
    }

    /// <summary>The console is the keeper's: neither the launcher nor whoever started that one is at it.</summary>
    [Fact]
    public async Task StartAsync_Console_IsSharedWithTheKeeperAlone()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(Child.Executable, "console");
        string[] seen = (await process.StandardOutput.ReadTextAsync(home.Bound)).Split(' ');
        Assert.Equal(
            new[] { process.Id, process.KeeperId }.Order(),
            seen.Select(id => int.Parse(id, System.Globalization.CultureInfo.InvariantCulture)).Order());
    }

    [Fact]
    public async Task StartAsync_InheritedHandles_AreTheProgramsAloneOnceTheCallerHasClosedIts()
    {
        using ScratchFiles files = new();
        await using TestHome home = new();
        TetheredProcess process;
        using (FileStream one = new(files["one"], FileMode.Create, FileAccess.Write, FileShare.None))
        using (FileStream two = new(files["two"], FileMode.Create, FileAccess.Write, FileShare.None))
        {
            Dictionary<string, SafeHandle> handles = new() { ["FIRST"] = one.SafeFileHandle, ["SECOND"] = two.SafeFileHandle };
            process = await home.StartAsync(Spec("write-to-and-wait", "FIRST") with { Windows = new() { InheritedHandles = handles } });
        }

        await using (process)
        {
            await using OutputReadStream output = process.StandardOutput.OpenRead();
            using StreamReader reader = new(output);
            Assert.Equal("written", await reader.ReadLineAsync(home.Bound));

            // The program has closed the first, and holds the second; its keeper lives, and holds neither.
            Assert.True(files.BecomesFree("one"));
            Assert.False(files.IsFree("two"));
            Assert.Equal("FIRST", await File.ReadAllTextAsync(files["one"]));

            await process.StandardInput.CompleteAsync(home.Bound);
            await process.WaitForExitAsync(home.Bound);
            Assert.True(files.BecomesFree("two"));
        }
    }

    [Fact]
    public async Task StartAsync_Environment_IsThisProcessesWithTheChanges()
    {
        Dictionary<string, string?> changes = new() { ["ADDED"] = "é漢", ["path"] = @"C:\only", ["TEMP"] = null };

        string[] seen = (await OutputOf(Spec("environment") with { Environment = changes })).Split('\0');

        Assert.Contains("ADDED=é漢", seen);
        Assert.Equal(@"C:\only", Assert.Single(seen, entry => entry.StartsWith("path=", StringComparison.OrdinalIgnoreCase))[5..]);
        Assert.DoesNotContain(seen, entry => entry.StartsWith("TEMP=", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The program starts another one that is to leave the job, and tells whether it did.</summary>
    [Theory]
    [InlineData(true, "True False")]
    [InlineData(false, "False True")]
    public async Task StartAsync_ChildrenMayLeaveJob_SaysWhetherTheyCan(bool may, string expected) =>
        Assert.Equal(expected, await OutputOf(Spec("leave-job") with { Windows = new() { ChildrenMayLeaveJob = may } }));

    [Fact]
    public async Task StartAsync_OneVariableInTwoSpellings_IsRefused()
    {
        Dictionary<string, string?> changes = new() { ["Name"] = "a", ["NAME"] = "b" };

        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => OutputOf(Spec("line") with { Environment = changes }));

        Assert.Contains("twice", error.Message);
    }

    private static ProcessSpec Spec(params string[] arguments) => new(Child.Executable, arguments);

    private static async Task<string> OutputOf(ProcessSpec spec)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(spec);
        await using OutputReadStream output = process.StandardOutput.OpenRead();
        using StreamReader reader = new(output);
        string text = await reader.ReadToEndAsync(home.Bound);
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
        return text;
    }
}

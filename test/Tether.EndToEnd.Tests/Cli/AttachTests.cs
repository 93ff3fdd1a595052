using System.Security.Cryptography;
using System.Text;
using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Cli;

public sealed class AttachTests
{
    [Fact]
    public async Task RunAttach_Program_JoinsAllStreamsAndPassesItsExitCodeOn()
    {
        await using TestHome home = new();
        CliResult result = await home.CliAsync(Encoding.UTF8.GetBytes("in"), "run", "-a", "sh", "-c", "cat; echo err >&2; exit 7");
        Assert.Equal("in", result.Output);
        Assert.Equal("err\n", result.Error);
        Assert.Equal(7, result.ExitCode);
    }

    [Fact]
    public async Task RunAttach_ProgramEndedBySignal_Is128AndTheSignal()
    {
        await using TestHome home = new();
        Assert.Equal(128 + 9, (await home.CliAsync("run", "-a", "sh", "-c", "kill -9 $$")).ExitCode);
    }

    [Fact]
    public async Task RunAttach_OutputLargerThanTheWindow_LosesNothing()
    {
        await using TestHome home = new();
        byte[] bytes = RandomNumberGenerator.GetBytes(3 * 1024 * 1024 + 1);
        CliResult result = await home.CliAsync(bytes, "run", "-a", "--window", "64K", "cat");
        Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(result.OutputBytes));
        Assert.Equal("", result.Error);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task RunAttach_ProgramThatLeavesAHolderOfItsOutput_Ends()
    {
        await using TestHome home = new();
        Assert.Equal("done\n", (await home.CliAsync("run", "-a", "-n", "leaver", "sh", "-c", "sleep 600 & echo done")).Succeeded());
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task RunAttach_Signal_LetsGoOfTheProgram(string signal, int code)
    {
        await using TestHome home = new();
        using CliProcess tether = home.StartCli("run", "-a", "-n", "kept", "cat");
        await tether.WriteAsync("hello\n");
        Assert.Equal("hello\n", await tether.ReadLineAsync());
        await tether.SignalAsync(signal);
        CliResult result = await tether.EndAsync();
        Assert.Equal(code, result.ExitCode);
        Assert.Contains("let go of 'kept', which runs on", result.Error, StringComparison.Ordinal);
        Assert.Equal(ProcessState.Running, home.Record("kept").State);
    }

    [Fact]
    public async Task RunTied_Interrupted_StopsTheProgramAndPassesItsExitCodeOn()
    {
        await using TestHome home = new();
        using CliProcess tether = home.StartCli("run", "--tied", "-n", "tied", "sh", "-c", "trap 'echo bye; exit 5' TERM; echo ready; while :; do read line; done");
        Assert.Equal("ready\n", await tether.ReadLineAsync());
        await tether.SignalAsync("INT");
        CliResult result = await tether.EndAsync();
        Assert.Equal("bye\n", result.Output);
        Assert.Equal(5, result.ExitCode);
    }

    [Fact]
    public async Task RunTied_Killed_StopsTheProgram()
    {
        await using TestHome home = new();
        using CliProcess tether = home.StartCli("run", "--tied", "-n", "tied", "cat");
        await tether.WriteAsync("hello\n");
        Assert.Equal("hello\n", await tether.ReadLineAsync());
        tether.Kill();
        await using TetheredProcess program = await home.AttachAsync("tied");
        TestSystem.Current.AssertStopped(await program.WaitForExitAsync(home.Bound));
    }

    [Fact]
    public async Task RunAttach_NobodyReadsItsOutput_EndsQuietly()
    {
        await using TestHome home = new();
        CliResult result = await home.ShellAsync("tether run -a -n writer yes | head -1; echo ${PIPESTATUS[0]}");
        Assert.Equal("y\n141\n", result.Succeeded());
        Assert.Equal(ProcessState.Running, home.Record("writer").State);
    }

    [Fact]
    public async Task RunAttach_KeeperKilled_PrintsWhatThereIsAndSaysSo()
    {
        await using TestHome home = new();
        using CliProcess tether = home.StartCli("run", "-a", "-n", "orphan", "sh", "-c", "echo out; exec sleep 600");
        Assert.Equal("out\n", await tether.ReadLineAsync());
        ProcessRecord record = home.Record("orphan");
        Waits.Kill(record.KeeperProcessId);
        CliResult result = await tether.EndAsync();
        result.Failed(125, "The keeper of 'orphan' is gone");
        (await home.CliAsync("rm", "orphan")).Failed(1, "'orphan' is running");
        string shown = (await home.CliAsync("show", "orphan")).Succeeded();
        Assert.Contains("state:     running", shown, StringComparison.Ordinal);
        Assert.Contains("keepers:   2: 1 killed", shown, StringComparison.Ordinal);
        (await home.CliAsync("kill", "orphan")).Succeeded();
        Assert.Equal("out\n", (await home.CliAsync("logs", "orphan")).Succeeded());
    }

    [Fact]
    public async Task Attach_RunningProgram_SeesWhatComesAndItsEnd()
    {
        await using TestHome home = new();
        await using TetheredProcess program = await home.StartAsync(new ProcessSpec("sh", "-c", "echo before; while read line; do [ \"$line\" = end ] && exit 3; echo \"got $line\"; done") { Name = "talker" });
        Assert.Equal("before\n", await FirstLineAsync(home, program));
        using CliProcess tether = home.StartCli("attach", "talker");
        await tether.WriteAsync("one\n");
        Assert.Equal("got one\n", await tether.ReadLineAsync());
        await tether.WriteAsync("end\n");
        CliResult result = await tether.EndAsync();
        Assert.Equal("", result.Output);
        Assert.Equal(3, result.ExitCode);
    }

    [Fact]
    public async Task Attach_InputEnds_LeavesTheProgramsOpenWithoutEof()
    {
        await using TestHome home = new();
        await using TetheredProcess program = await home.StartAsync(new ProcessSpec("cat") { Name = "cat" });
        using CliProcess first = home.StartCli("attach", "cat");
        await first.WriteAsync("one\n");
        first.Input.Close();
        Assert.Equal("one\n", await first.ReadLineAsync());
        Assert.True(home.Record("cat").StandardInput.IsOpen);

        CliResult second = await home.CliAsync(Encoding.UTF8.GetBytes("two\n"), "attach", "--from-start", "--eof", "cat");
        Assert.Equal("one\ntwo\n", second.Succeeded());
        Assert.Equal("two\n", (await first.EndAsync()).Succeeded());
    }

    [Fact]
    public async Task Attach_EndedProgram_PassesItsExitCodeOn()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-a", "-n", "ended", "sh", "-c", "echo out; exit 4");
        CliResult result = await home.CliAsync("attach", "--from-start", "ended");
        Assert.Equal("out\n", result.Output);
        Assert.Equal(4, result.ExitCode);
    }

    private static async Task<string> FirstLineAsync(TestHome home, TetheredProcess program)
    {
        await foreach (string line in program.StandardOutput.ReadLinesAsync(home.Bound))
        {
            return line + "\n";
        }

        return "";
    }
}

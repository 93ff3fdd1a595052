using System.Globalization;
using System.Text;

namespace Tether.EndToEnd.Tests.Cli;

public sealed class LogsTests
{
    /// <summary>Writes a line to each stream in turn, and reads a line of input between them, so that the order is the same each time.</summary>
    private const string Turns = "echo o1; read x; echo e1 >&2; read x; echo o2; read x; echo e2 >&2";

    [Fact]
    public async Task Logs_BothStreams_GoToTheirCounterpartsInTheOrderSeen()
    {
        await using TestHome home = new();
        await TurnsAsync(home);
        CliResult apart = await home.CliAsync("logs", "turns");
        Assert.Equal("o1\no2\n", apart.Output);
        Assert.Equal("e1\ne2\n", apart.Error);
        Assert.Equal("o1\ne1\no2\ne2\n", (await home.ShellAsync("tether logs turns 2>&1")).Succeeded());
    }

    [Theory]
    [InlineData("--stdout", "o1\no2\n")]
    [InlineData("--stderr", "e1\ne2\n")]
    public async Task Logs_OneStream_GoesToStdout(string option, string expected)
    {
        await using TestHome home = new();
        await TurnsAsync(home);
        Assert.Equal(expected, (await home.CliAsync("logs", "turns", option)).Succeeded());
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "e2\n")]
    [InlineData(3, "e1\no2\ne2\n")]
    [InlineData(99, "o1\ne1\no2\ne2\n")]
    public async Task Logs_Tail_IsTheLastLinesOfBothStreams(int lines, string expected)
    {
        await using TestHome home = new();
        await TurnsAsync(home);
        Assert.Equal(expected, (await home.ShellAsync($"tether logs --tail {lines} turns 2>&1")).Succeeded());
    }

    [Fact]
    public async Task Logs_TailOfALargeLog_IsTheSameAsTailsOwn()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-a", "-n", "large", "sh", "-c", "seq 200000; printf unfinished");
        CliResult result = await home.ShellAsync("cmp <(tether logs --stdout large | tail -n 70001) <(tether logs --stdout --tail 70001 large) && echo same");
        Assert.Equal("same\n", result.Succeeded());
    }

    [Fact]
    public async Task Logs_FollowFromTheTail_GoesOnToTheEnd()
    {
        await using TestHome home = new();
        await using TetheredProcess program = await home.StartAsync(new ProcessSpec("cat") { Name = "cat" });
        await program.StandardInput.WriteAsync(Encoding.UTF8.GetBytes("1\n2\n3\n"), home.Bound);
        await ReadToAsync(home, program, 6);
        using CliProcess logs = home.StartCli("logs", "-f", "--tail", "2", "cat");
        Assert.Equal("2\n", await logs.ReadLineAsync());
        Assert.Equal("3\n", await logs.ReadLineAsync());
        await program.StandardInput.WriteAsync(Encoding.UTF8.GetBytes("4\n"), home.Bound);
        Assert.Equal("4\n", await logs.ReadLineAsync());
        await program.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal("", (await logs.EndAsync()).Succeeded());
    }

    [Fact]
    public async Task Logs_FollowOneStreamWithPolicyBlock_LetsTheProgramGoOn()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-n", "blocked", "--when-full", "block", "--window", "64K", "head", "-c", "1000000", "/dev/zero");
        CliResult result = await home.CliAsync("logs", "-f", "--stdout", "blocked");
        Assert.Equal(1_000_000, result.OutputBytes.Length);
        Assert.Equal("", result.Error);
    }

    [Fact]
    public async Task Logs_From_StartsAtTheOffset()
    {
        await using TestHome home = new();
        await TurnsAsync(home);
        Assert.Equal("2\n", (await home.CliAsync("logs", "--stdout", "--from", "4", "turns")).Succeeded());
        Assert.Equal("", (await home.CliAsync("logs", "--stdout", "--from", "6", "turns")).Succeeded());
        (await home.CliAsync("logs", "--stdout", "--from", "7", "turns")).Failed(1, "Offset 7 of stdout of 'turns' is outside the window: bytes 0 to 6 can be read.");
        (await home.CliAsync("logs", "--from", "1", "turns")).Failed(2, "add --stdout or --stderr");
        (await home.CliAsync("logs", "--stdout", "--from", "1", "--tail", "1", "turns")).Failed(2, "use one of them");
    }

    [Fact]
    public async Task Logs_BytesDroppedByTheWindow_AreCountedOnStderr()
    {
        await using TestHome home = new();
        await using TetheredProcess program = await home.StartAsync(new ProcessSpec("head", "-c", "300000", "/dev/zero") { Name = "dropper", OutputWindow = 65536 });
        await program.WaitForExitAsync(home.Bound);
        long start = home.Record("dropper").StandardOutput.Start;
        Assert.True(start > 0);
        CliResult result = await home.CliAsync("logs", "dropper");
        Assert.Equal(300000 - start, result.OutputBytes.Length);
        Assert.Equal($"tether: {start} bytes of stdout were dropped before they were read\n", result.Error);
        (await home.CliAsync("logs", "--stdout", "--from", "0", "dropper")).Failed(1, $"bytes {start} to 300000 can be read");
    }

    [Fact]
    public async Task Logs_Timestamps_StandInFrontOfEachLine()
    {
        await using TestHome home = new();
        DateTimeOffset before = DateTimeOffset.UtcNow.AddSeconds(-1);
        await home.CliAsync("run", "-a", "-n", "stamped", "printf", "one\\n\\ntwo");
        string[] lines = (await home.CliAsync("logs", "-t", "stamped")).Succeeded().Split('\n');
        Assert.Equal(["one", "", "two"], lines.Select(line => line[(line.IndexOf(' ') + 1)..]));
        foreach (string line in lines)
        {
            DateTimeOffset time = DateTimeOffset.ParseExact(line[..line.IndexOf(' ')], "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            Assert.InRange(time, before, DateTimeOffset.UtcNow.AddSeconds(1));
        }
    }

    [Fact]
    public async Task Logs_NobodyReadsItsOutput_EndsQuietly()
    {
        await using TestHome home = new();
        await home.CliAsync("run", "-a", "-n", "large", "seq", "200000");
        Assert.Equal("1\n141\n", (await home.ShellAsync("tether logs large | head -1; echo ${PIPESTATUS[0]}")).Succeeded());
    }

    [Fact]
    public async Task Logs_FollowOfASilentProgramWhoseReaderIsGone_Ends()
    {
        await using TestHome home = new();
        await using TetheredProcess program = await home.StartAsync(new ProcessSpec("sh", "-c", "echo ready; exec sleep 600") { Name = "silent" });
        using CliProcess logs = home.StartCli("logs", "-f", "silent");
        Assert.Equal("ready\n", await logs.ReadLineAsync());
        logs.CloseOutput();
        CliResult result = await logs.EndAsync();
        Assert.Equal(141, result.ExitCode);
        Assert.Equal("", result.Error);
    }

    private static async Task TurnsAsync(TestHome home)
    {
        await using TetheredProcess program = await home.StartAsync(new ProcessSpec("sh", "-c", Turns) { Name = "turns" });
        foreach (ProcessOutput output in (ProcessOutput[])[program.StandardOutput, program.StandardError, program.StandardOutput])
        {
            long length = output.Stream == OutputStream.StandardOutput && program.StandardError.Status.End > 0 ? 6 : 3;
            await ReadToAsync(home, output, length);
            await program.StandardInput.WriteAsync("\n"u8.ToArray(), home.Bound);
        }

        await program.WaitForExitAsync(home.Bound);
    }

    private static Task ReadToAsync(TestHome home, TetheredProcess program, long length) => ReadToAsync(home, program.StandardOutput, length);

    private static async Task ReadToAsync(TestHome home, ProcessOutput output, long length)
    {
        using OutputReadStream stream = output.OpenRead(0);
        await stream.ReadExactlyAsync(new byte[length], home.Bound);
    }
}

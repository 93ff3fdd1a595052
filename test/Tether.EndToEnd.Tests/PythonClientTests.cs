using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tether.EndToEnd.Tests;

/// <summary>docs/protocol.md is enough to write a client from: a small one in another language does everything that a client can.</summary>
public sealed class PythonClientTests
{
    private const int Size = 4 * 1024 * 1024;

    [Fact]
    public async Task Script_Itself_HasAtMost150Lines() =>
        Assert.InRange((await File.ReadAllLinesAsync(PythonClient.Script)).Length, 1, 150);

    [Fact]
    public async Task Status_RunningAndThenEnded_SaysWhatTheRecordSays()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "printf 12345; printf 123 >&2; read line; exit 7");
        await process.StandardOutput.ReadChunksAsync(cancellationToken: home.Bound).FirstAsync(home.Bound);

        JsonElement running = await StatusAsync(home, process.Name);
        await process.StandardInput.WriteAsync("go\n"u8.ToArray(), home.Bound);
        await process.WaitForExitAsync(home.Bound);
        JsonElement ended = await StatusAsync(home, process.Name);

        Assert.Equal("running", running.GetProperty("state").GetString());
        Assert.Equal(process.Id, running.GetProperty("pid").GetInt32());
        Assert.Equal("""{"start":0,"end":5,"open":true}""", Compact(running.GetProperty("stdout")));
        Assert.Equal(JsonValueKind.Null, running.GetProperty("exit").ValueKind);
        Assert.Equal("exited", ended.GetProperty("state").GetString());
        Assert.Equal("""{"start":3,"end":3,"open":false}""", Compact(ended.GetProperty("stdin")));
        Assert.Equal("""{"start":0,"end":3,"open":false}""", Compact(ended.GetProperty("stderr")));
        Assert.Equal(7, ended.GetProperty("exit").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Read_FromAnOffset_GivesTheBytesBehindIt()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "printf 0123456789; printf error >&2");
        await process.WaitForExitAsync(home.Bound);

        Assert.Equal("456789"u8.ToArray(), (await PythonClient.RunAsync(home, [], "read", process.Name, "--from", "4")).Output);
        Assert.Equal("error"u8.ToArray(), (await PythonClient.RunAsync(home, [], "read", process.Name, "--stream", "stderr")).Output);
        Assert.Empty((await PythonClient.RunAsync(home, [], "read", process.Name, "--from", "10", "--follow")).Output);
    }

    [Theory]
    [InlineData(WindowFullPolicy.DropOldest, ProcessSpec.DefaultOutputWindow)]
    [InlineData(WindowFullPolicy.Block, ProcessSpec.MinimumOutputWindow)]
    [InlineData(WindowFullPolicy.Spill, ProcessSpec.MinimumOutputWindow)]
    public async Task Read_FollowingALiveProgram_GivesEveryByteUntilTheEnd(WindowFullPolicy whenFull, long window)
    {
        await using TestHome home = new();
        string text = $"read line; yes 0123456789abcdef | head -c {Size}";
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sh", "-c", text) { WhenFull = whenFull, OutputWindow = window });
        using PythonClient client = PythonClient.Start(home, "read", process.Name, "--follow");

        await process.StandardInput.WriteAsync("go\n"u8.ToArray(), home.Bound);
        var (exitCode, output, errors) = await client.EndAsync();

        byte[] line = "0123456789abcdef\n"u8.ToArray();
        byte[] expected = new byte[Size];
        for (int i = 0; i < expected.Length; i++)
        {
            expected[i] = line[i % line.Length];
        }

        Assert.Equal("", errors);
        Assert.Equal(0, exitCode);
        Assert.Equal(Hash(expected), Hash(output));
    }

    [Fact]
    public async Task WriteAndClose_MuchInputThroughAProgram_ArriveWhole()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sha256sum");
        byte[] input = new byte[Size + 1];
        new Random(1).NextBytes(input);

        Assert.Equal(0, (await PythonClient.RunAsync(home, input, "write", process.Name)).ExitCode);
        Assert.Equal(input.Length, process.StandardInput.Position);
        Assert.Equal(0, (await PythonClient.RunAsync(home, [], "close", process.Name)).ExitCode);
        var (_, sum) = await PythonClient.RunAsync(home, [], "read", process.Name, "--follow");

        Assert.Equal($"{Hash(input)}  -\n", Encoding.UTF8.GetString(sum));
    }

    [Fact]
    public async Task SignalAndWait_ProgramThatCatchesTheSignal_ExitWithItsCode()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "trap 'exit 5' USR1; echo ready; read line");
        using PythonClient waiter = PythonClient.Start(home, "wait", process.Name);
        await process.StandardOutput.ReadLinesAsync(home.Bound).FirstAsync(home.Bound);

        Assert.Equal(0, (await PythonClient.RunAsync(home, [], "signal", process.Name, "USR1")).ExitCode);

        Assert.Equal(5, (await waiter.EndAsync()).ExitCode);
        Assert.Equal(5, (await PythonClient.RunAsync(home, [], "wait", process.Name)).ExitCode);
    }

    [Fact]
    public async Task Signal_Kill_IsReportedByWaitAs128AndTheSignal()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");

        Assert.Equal(0, (await PythonClient.RunAsync(home, [], "signal", process.Name, "KILL")).ExitCode);

        Assert.Equal(128 + 9, (await PythonClient.RunAsync(home, [], "wait", process.Name)).ExitCode);
    }

    [Fact]
    public async Task Write_SocketFileTakenByACleaner_MakesTheKeeperRestoreIt()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        File.Delete(Path.Combine(home.Path, process.Name, "socket"));

        Assert.Equal(0, (await PythonClient.RunAsync(home, "hello\n"u8.ToArray(), "write", process.Name)).ExitCode);

        Assert.Equal("hello", await process.StandardOutput.ReadLinesAsync(home.Bound).FirstAsync(home.Bound));
    }

    private static async Task<JsonElement> StatusAsync(TestHome home, string name)
    {
        var (exitCode, output) = await PythonClient.RunAsync(home, [], "status", name);
        Assert.Equal(0, exitCode);
        return JsonDocument.Parse(output).RootElement;
    }

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

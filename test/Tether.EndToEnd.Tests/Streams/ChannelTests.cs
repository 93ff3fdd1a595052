using Tether.EndToEnd.Tests.Cli;
using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Streams;

/// <summary>
/// Merged, forwarded and discarded streams. Of tst_qprocess: mergedChannels, forwardedChannels, setStandardOutputFileNullDevice.
/// </summary>
[Trait("Conformance", "tst_qprocess")]
public sealed class ChannelTests
{
    private const string HundredOfEach = "i=0; while [ $i -lt 100 ]; do echo o$i; echo e$i >&2; i=$((i+1)); done";

    private static readonly string HundredOfEachInOrder = string.Concat(Enumerable.Range(0, 100).Select(i => $"o{i}\ne{i}\n"));

    [Fact]
    public async Task MergedChannels_BothOutputs_AreOneStreamInTheOrderOfTheWrites()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sh", "-c", HundredOfEach)
        {
            StandardError = ProcessStream.MergeIntoStandardOutput,
        });
        Assert.False(process.StandardError.Status.IsOpen);
        Assert.Equal(HundredOfEachInOrder, await process.StandardOutput.ReadTextAsync(home.Bound));
        Assert.Equal("", await process.StandardError.ReadTextAsync(home.Bound));
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        Assert.Equal(0, exit.ExitCode);
        Assert.True(exit.OutputComplete);
        ProcessRecord record = process.GetRecord();
        Assert.Equal(ProcessStreamKind.Merged, record.StandardError.Target.Kind);
        Assert.Equal(ProcessStream.Kept, record.StandardOutput.Target);
        Assert.Equal(0, record.StandardError.End);
    }

    [Fact]
    public async Task MergedChannels_WhileTheProgramRuns_TheErrorStreamIsAtItsEnd()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("cat")
        {
            StandardError = ProcessStream.MergeIntoStandardOutput,
        });
        await using TetheredProcess again = await home.AttachAsync(process.Name);
        foreach (TetheredProcess handle in (TetheredProcess[])[process, again])
        {
            await using OutputReadStream error = handle.StandardError.OpenRead();
            Assert.Equal(0, await error.ReadAsync(new byte[1], home.Bound));
        }

        Assert.Equal(ProcessState.Running, process.State);
        await process.StandardInput.WriteTextAsync("x", home.Bound);
        await process.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal("x", await process.StandardOutput.ReadTextAsync(home.Bound));
    }

    [Fact]
    public async Task MergedChannels_IntoAFile_ShareOnePosition()
    {
        await using TestHome home = new();
        using ScratchDirectory files = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sh", "-c", HundredOfEach)
        {
            StandardOutput = ProcessStream.ToFile(files["both"]),
            StandardError = ProcessStream.MergeIntoStandardOutput,
        });
        await process.WaitForExitAsync(home.Bound);
        Assert.Equal(HundredOfEachInOrder, await File.ReadAllTextAsync(files["both"], home.Bound));
    }

    [Fact]
    public async Task SetStandardOutputFileNullDevice_EveryStream_IsDiscardedAndAtItsEnd()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sh", "-c", "cat; echo out; echo err >&2; exit 3")
        {
            StandardInput = ProcessStream.Null,
            StandardOutput = ProcessStream.Null,
            StandardError = ProcessStream.Null,
        });
        Assert.False(process.StandardInput.IsOpen);
        await Assert.ThrowsAsync<InputClosedException>(async () => await process.StandardInput.WriteTextAsync("x", home.Bound));
        await process.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal("", await process.StandardOutput.ReadTextAsync(home.Bound));
        Assert.Equal(3, (await process.WaitForExitAsync(home.Bound)).ExitCode);
        Assert.Equal(ProcessStream.Null, process.GetRecord().StandardInput.Source);
        Assert.Equal(ProcessStream.Null, process.GetRecord().StandardOutput.Target);
    }

    [Fact]
    public async Task SetStandardOutputFileNullDevice_ProgramThatRuns_HasEventsSignalsAndStop()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sleep", "600")
        {
            StandardInput = ProcessStream.Null,
            StandardOutput = ProcessStream.Null,
            StandardError = ProcessStream.Null,
        });
        await using TetheredProcess again = await home.AttachAsync(process.Name);
        Assert.Equal(ProcessState.Running, again.State);
        Assert.False(again.StandardInput.IsOpen);
        Task<List<ProcessEventKind>> events = EventsAsync(again, home.Bound);
        TestSystem.Current.AssertStopped(await process.StopAsync(cancellationToken: home.Bound));
        List<ProcessEventKind> happened = await events;
        Assert.Equal([ProcessEventKind.Started, ProcessEventKind.Exited], [happened[0], happened[^1]]);
        Assert.Equal([ProcessEventKind.OutputEnded, ProcessEventKind.OutputEnded, ProcessEventKind.InputClosed], happened[1..^1].Order());
    }

    [Fact]
    public async Task ForwardedChannels_AllThree_AreTheLaunchersOwn()
    {
        await using TestHome home = new();
        CliResult result = await home.CliAsync(
            "in\n"u8.ToArray(), "run", "-n", "x", "--stdin", "-", "--stdout", "-", "--stderr", "-",
            "sh", "-c", "cat; echo out; echo err >&2; exec sleep 600 > /dev/null 2>&1");
        Assert.Equal(("in\nout\n", "err\n", 0), (result.Output, result.Error, result.ExitCode));
        ProcessRecord record = home.Record("x");
        Assert.Equal(ProcessState.Running, record.State);
        Assert.Equal(ProcessStream.Forward, record.StandardOutput.Target);
        Assert.False(record.StandardOutput.IsOpen);
        Assert.False(record.StandardInput.IsOpen);
    }

    [Fact]
    public async Task ForwardedChannels_OneOfThem_LeavesTheOthersKept()
    {
        await using TestHome home = new();
        using CliProcess run = home.StartCli("run", "-n", "x", "--stderr", "-", "sh", "-c", "read line; echo $line; echo err >&2");
        Assert.Equal("x\n", await run.ReadLineAsync());
        await using TetheredProcess process = await home.AttachAsync("x");
        await process.StandardInput.WriteTextAsync("kept\n", home.Bound);
        Assert.Equal("kept\n", await process.StandardOutput.ReadTextAsync(home.Bound));
        Assert.Equal(0, process.StandardError.Status.End);
        CliResult result = await run.EndAsync();
        Assert.Equal(("err\n", 0), (result.Error, result.ExitCode));
    }

    [Fact]
    public void OpenModes_StreamInTheWrongPlace_IsRefusedWithTheWayOut()
    {
        IsRefused("use FromFile", () => new ProcessSpec("x") { StandardInput = ProcessStream.ToFile("f") });
        IsRefused("use ToFile", () => new ProcessSpec("x") { StandardOutput = ProcessStream.FromFile("f") });
        IsRefused("MergeIntoStandardOutput", () => new ProcessSpec("x") { StandardOutput = ProcessStream.MergeIntoStandardOutput });
        Assert.Throws<ArgumentException>(() => new ProcessSpec("x") { StandardInput = ProcessStream.MergeIntoStandardOutput });
        Assert.Throws<ArgumentNullException>(() => new ProcessSpec("x") { StandardError = null! });
        Assert.Throws<ArgumentException>(() => ProcessStream.ToFile(""));
        IsRefused("ProcessStream.Forward", () => ProcessStream.ToFile("/dev/stdout"));
    }

    private static void IsRefused(string wayOut, Func<object> make) =>
        Assert.Contains(wayOut, Assert.Throws<ArgumentException>(make).Message, StringComparison.Ordinal);

    private static async Task<List<ProcessEventKind>> EventsAsync(TetheredProcess process, CancellationToken bound)
    {
        List<ProcessEventKind> kinds = [];
        await foreach (ProcessEvent happened in process.ReadEventsAsync(bound))
        {
            kinds.Add(happened.Kind);
        }

        return kinds;
    }
}

using Tether.EndToEnd.Tests.Keep;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>The order of events, as QProcess's signals have one: started, readyRead, readChannelFinished, finished.</summary>
[Trait("Conformance", "tst_qprocess")]
public sealed class EventOrderTests
{
    [Fact]
    public async Task OnlyOneStartedSignal_NormalEnd_IsStartedOutputEndsExit()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "echo out; read line; exit 3");
        List<ProcessEvent> events = [];
        await foreach (ProcessEvent happened in process.ReadEventsAsync(home.Bound))
        {
            events.Add(happened);
            if (happened.Kind == ProcessEventKind.OutputAvailable)
            {
                await process.StandardInput.CompleteAsync(home.Bound);
            }
        }

        Assert.Equal(ProcessEventKind.Started, events[0].Kind);
        AssertOnceEach(events);
        Assert.Equal((ProcessEventKind.Exited, 3, null), (events[^1].Kind, events[^1].Exit!.ExitCode, events[^1].Exit!.Signal));
        int output = events.FindIndex(e => e is { Kind: ProcessEventKind.OutputAvailable, Stream: OutputStream.StandardOutput, End: 4 });
        int end = events.FindIndex(e => e is { Kind: ProcessEventKind.OutputEnded, Stream: OutputStream.StandardOutput, End: 4 });
        Assert.InRange(output, 1, end - 1);
        Assert.InRange(events.FindIndex(e => e.Kind == ProcessEventKind.InputClosed), output + 1, events.Count - 2);
    }

    [Fact]
    public async Task CrashTest_ProgramEndedBySignal_HasTheSameOrderAndTheSignalInTheExit()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "echo out; kill -SEGV $$");
        List<ProcessEvent> events = await ReadAllAsync(process, home);
        Assert.Equal(ProcessEventKind.Started, events[0].Kind);
        AssertOnceEach(events);
        Assert.Equal(ProcessEventKind.Exited, events[^1].Kind);
        TestSystem.Current.AssertCrashed(events[^1].Exit!);
    }

    [Fact]
    public async Task ReadEventsAsync_InputClosedFirst_IsToldBeforeWhatFollows()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "cat; echo after");
        await process.StandardInput.CompleteAsync(home.Bound);
        List<ProcessEvent> events = [];
        await foreach (ProcessEvent happened in process.ReadEventsAsync(home.Bound))
        {
            events.Add(happened);
        }

        AssertOnceEach(events);
        Assert.Equal(6, events.Last(e => e.Kind == ProcessEventKind.OutputAvailable).End);
    }

    [Fact]
    public async Task ReadEventsAsync_StreamThatEndsWhileTheProgramRuns_IsToldAtOnce()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "echo x >&2; exec 2>&-; read line");
        await foreach (ProcessEvent happened in process.ReadEventsAsync(home.Bound))
        {
            if (happened is { Kind: ProcessEventKind.OutputEnded })
            {
                Assert.Equal((OutputStream.StandardError, 2), (happened.Stream, happened.End));
                break;
            }
        }

        Assert.Equal(ProcessState.Running, process.State);
        Assert.True(process.StandardOutput.Status.IsOpen);
    }

    [Fact]
    public async Task ReadEventsAsync_GrandchildHoldsTheOutput_ExitIsLastAndTheStreamHasNoEnd()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "(exec 2>&-; exec sleep 1000) & exit 4");
        List<ProcessEvent> events = await ReadAllAsync(process, home);
        ProcessExitStatus exit = events[^1].Exit!;
        Assert.Equal((4, false), (exit.ExitCode, exit.OutputComplete));
        Assert.Equal(OutputStream.StandardError, Assert.Single(events, e => e.Kind == ProcessEventKind.OutputEnded).Stream);
        await process.KillAsync(home.Bound);
        await Waits.UntilAsync(() => !process.StandardOutput.Status.IsOpen, home.Bound);
    }

    private static void AssertOnceEach(List<ProcessEvent> events)
    {
        Assert.Single(events, e => e.Kind == ProcessEventKind.Started);
        Assert.Single(events, e => e.Kind == ProcessEventKind.InputClosed);
        Assert.Single(events, e => e.Kind == ProcessEventKind.Exited);
        Assert.Equal(
            [OutputStream.StandardOutput, OutputStream.StandardError], events.Where(e => e.Kind == ProcessEventKind.OutputEnded).Select(e => e.Stream!.Value).Order());
    }

    private static async Task<List<ProcessEvent>> ReadAllAsync(TetheredProcess process, TestHome home)
    {
        List<ProcessEvent> events = [];
        await foreach (ProcessEvent happened in process.ReadEventsAsync(home.Bound))
        {
            events.Add(happened);
        }

        return events;
    }
}

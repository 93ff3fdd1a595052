namespace Tether.EndToEnd.Tests.QtConformance;

/// <summary>tst_qprocess: waits inside of what another wait has woken, and waits for what was not or could not be started.</summary>
[Trait("Conformance", "tst_qprocess")]
public sealed class QProcessWaitTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task WaitForFinished_ProgramThatEnds_ReturnsItsExitAgainAndAgain()
    {
        await using TestHome home = new();
        using TetheredProcess process = TetheredProcess.Start(new ProcessSpec("sh", "-c", "exit 3"), home.Options);

        Assert.Equal(3, process.WaitForExit().ExitCode);
        Assert.True(process.TryWaitForExit(TimeSpan.Zero, out ProcessExitStatus? exit));
        Assert.Equal(3, exit.ExitCode);
    }

    [Fact]
    public async Task WaitForReadyReadInAReadyReadSlot_AWaitInsideOfTheEvent_GetsWhatComesNext()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        await process.StandardInput.WriteAsync("one"u8.ToArray(), home.Bound);
        await foreach (ProcessEvent happened in process.ReadEventsAsync(home.Bound))
        {
            if (happened.Kind == ProcessEventKind.OutputAvailable)
            {
                await process.StandardInput.WriteAsync("two"u8.ToArray(), home.Bound);
                Assert.True(process.StandardOutput.WaitForOutput(5, Long));
                break;
            }
        }

        Assert.Equal(6, process.StandardOutput.Status.End);
    }

    [Fact]
    public async Task WaitForBytesWrittenInABytesWrittenSlot_AFlushBehindAFlush_WaitsForItsOwnBytes()
    {
        await using TestHome home = new();
        using TetheredProcess process = TetheredProcess.Start(new ProcessSpec("cat"), home.Options);
        process.StandardInput.Write("one"u8);
        Assert.True(process.StandardInput.Flush(Long));
        Assert.Equal(3, process.StandardInput.Position);

        process.StandardInput.Write("three"u8);
        Assert.True(process.StandardInput.Flush(Long));

        Assert.Equal(8, process.StandardInput.Position);
    }

    [Fact]
    public async Task WaitForStartedWithoutStart_NothingWasStarted_ThereIsNoHandleToWaitOn()
    {
        await using TestHome home = new();
        Assert.Empty(typeof(TetheredProcess).GetConstructors());
        Assert.Throws<RecordNotFoundException>(() => TetheredProcess.Attach("never-started", home.Options));
    }

    [Fact]
    public async Task ProcessEventsInAReadyReadSlot_EventsAreReadInsideOfAnEvent_BothSequencesAreWhole()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "echo out; exit 4");
        List<ProcessEventKind> outer = [];
        List<ProcessEventKind> inner = [];
        await foreach (ProcessEvent happened in process.ReadEventsAsync(home.Bound))
        {
            outer.Add(happened.Kind);
            if (happened.Kind == ProcessEventKind.OutputAvailable)
            {
                await foreach (ProcessEvent nested in process.ReadEventsAsync(home.Bound))
                {
                    inner.Add(nested.Kind);
                }
            }
        }

        Assert.Equal([ProcessEventKind.Started, ProcessEventKind.OutputAvailable], outer.Take(2));
        Assert.Equal(ProcessEventKind.Exited, outer[^1]);
        Assert.Equal([ProcessEventKind.Started, ProcessEventKind.OutputAvailable], inner.Take(2));
        Assert.Equal(ProcessEventKind.Exited, inner[^1]);
    }

    [Fact]
    public async Task FailToStartWithWait_NoSuchProgram_IsThrownByTheBlockingStart()
    {
        await using TestHome home = new();
        ProcessStartException error = Assert.Throws<ProcessStartException>(() => TetheredProcess.Start(new ProcessSpec("/no/such/program"), home.Options));
        Assert.Equal(StartFailure.ProgramNotFound, error.Reason);
    }

    [Fact]
    public async Task FailToStartWithEventLoop_NoSuchProgram_IsThrownByTheAwaitedStart()
    {
        await using TestHome home = new();
        ProcessStartException error = await Assert.ThrowsAsync<ProcessStartException>(() => home.StartAsync("/no/such/program"));
        Assert.Equal(StartFailure.ProgramNotFound, error.Reason);
        Assert.Empty(await home.ListAsync());
    }
}

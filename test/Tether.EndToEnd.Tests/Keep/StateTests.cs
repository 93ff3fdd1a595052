using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Keep;

public sealed class StateTests
{
    [Fact]
    public async Task GetRecord_ProgramThatRunsAndEnds_TellsEverythingAboutIt()
    {
        await using TestHome home = new();
        ProcessSpec spec = new("sh", "-c", "echo 12345; echo 123 >&2; read line; exit 5")
        {
            Name = "stateful",
            WorkingDirectory = TestSystem.Current.AnyDirectory,
            OutputWindow = 100_000,
            WhenFull = WindowFullPolicy.Block,
            StopGrace = TimeSpan.FromSeconds(3),
        };
        DateTimeOffset before = DateTimeOffset.UtcNow;
        await using TetheredProcess process = await home.StartAsync(spec);
        await Waits.OutputReachesAsync(process, OutputStream.StandardError, 4, home.Bound);

        ProcessRecord running = home.Record("stateful");
        Assert.Equal(ProcessState.Running, running.State);
        Assert.Equal(ProcessState.Running, process.State);
        Assert.Equal((process.Id, process.KeeperId), (running.ProcessId, running.KeeperProcessId));
        Assert.True(Waits.IsAlive(process.Id) && Waits.IsAlive(process.KeeperId));
        Assert.InRange(running.StartTime!.Value, before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1));
        Assert.EndsWith(TestSystem.Current.PathEnd("sh"), running.Program, StringComparison.Ordinal);
        Assert.Equal(["-c", "echo 12345; echo 123 >&2; read line; exit 5"], running.Arguments);
        Assert.Equal(
            (spec.WorkingDirectory, spec.OutputWindow, spec.WhenFull, spec.StopGrace),
            (running.WorkingDirectory, running.OutputWindow, running.WhenFull, running.StopGrace));
        Assert.Equal(ProcessLifetime.Detached, running.Lifetime);
        Assert.Equal(new OutputStatus(0, 6, IsOpen: true), running.StandardOutput);
        Assert.Equal(new OutputStatus(0, 4, IsOpen: true), running.StandardError);
        Assert.Equal(new InputStatus(0, IsOpen: true), running.StandardInput);
        Assert.Null(running.Exit);
        Assert.Null(running.Problem);

        await process.StandardInput.WriteTextAsync("go\n", home.Bound);
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        Assert.Equal(ProcessState.Exited, process.State);
        ProcessRecord ended = process.GetRecord();
        Assert.Equal(ProcessState.Exited, ended.State);
        Assert.Equal(exit, ended.Exit);
        Assert.Equal(5, exit.ExitCode);
        Assert.Null(exit.Signal);
        Assert.Null(exit.SignalName);
        Assert.True(exit.ExitTime >= running.StartTime && exit.ExitTime <= DateTimeOffset.UtcNow.AddSeconds(1));
        Assert.Equal(new OutputStatus(0, 6, IsOpen: false), ended.StandardOutput);
        Assert.Equal(new InputStatus(3, IsOpen: false), ended.StandardInput);
    }

    /// <summary>A list of thousands of records reads each: of the keeper's own part of a record, most of a megabyte, nothing.</summary>
    [Fact]
    public async Task GetRecord_RunningProgram_ReadsFewBytes()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("sleep", "1000") { Name = "small" });
        home.Record("small");
        long before = BytesRead();
        home.Record("small");
        Assert.InRange(BytesRead() - before, 100, 8192);

        // Of this thread, from proc(5), with what reading it costs.
        static long BytesRead() => long.Parse(File.ReadLines("/proc/thread-self/io").First()["rchar: ".Length..], CultureInfo.InvariantCulture);
    }

    [Trait("Conformance", "tst_qprocess")]
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    public async Task WaitForExitAsync_ProgramThatExits_GivesItsExitCode(int code)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", $"exit {code}");
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        Assert.Equal((code, (PosixSignal?)null, false, true), (exit.ExitCode, exit.Signal, exit.CoreDumped, exit.OutputComplete));
    }

    [Theory]
    [InlineData("TERM", "SIGTERM", 15)]
    [InlineData("KILL", "SIGKILL", 9)]
    [InlineData("USR1", "SIGUSR1", 10)]
    [InlineData("RTMIN+3", "SIGRTMIN+3", 37)]
    public async Task SignalAsync_SignalThatEndsTheProgram_IsToldInTheExit(string signal, string name, int number)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sleep", "1000");
        await process.SignalAsync(Signals.Parse(signal), home.Bound);
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        Assert.Equal((128 + number, name, Signals.Parse(signal)), (exit.ExitCode, exit.SignalName, exit.Signal));
    }

    [Fact]
    public async Task WaitForExitAsync_ProgramThatAborts_TellsOfTheCoreAsTheSystemDoes()
    {
        await using TestHome home = new();
        string[] abort = ["sh", "-c", "cd \"$0\" && ulimit -c $(ulimit -H -c) && kill -ABRT $$", home.Path];
        await using TetheredProcess plain = await home.StartAsync(
            "python3", "-c", "import os, sys; print(os.WCOREDUMP(os.waitpid(os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:]), 0)[1]))", abort[0], abort[1], abort[2], abort[3]);
        bool expected = await plain.StandardOutput.ReadTextAsync(home.Bound) == "True\n";
        await using TetheredProcess process = await home.StartAsync(abort[0], abort[1], abort[2], abort[3]);
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        Assert.Equal((134, "SIGABRT", expected), (exit.ExitCode, exit.SignalName, exit.CoreDumped));
    }

    [Fact]
    public async Task ReadEventsAsync_ProgramThatEndsAtOnce_TellsStartedOutputExitInThisOrder()
    {
        await using TestHome home = new();
        for (int i = 0; i < TestSystem.Current.Rounds(100); i++)
        {
            await using TetheredProcess process = await home.StartAsync("echo", "x");
            await AssertOrderAsync(process, home.Bound);
            if (i % 10 == 0)
            {
                await using TetheredProcess late = await home.AttachAsync(process.Name);
                await AssertOrderAsync(late, home.Bound);
            }
        }
    }

    [Trait("Conformance", "tst_qprocess")]
    [Fact]
    public async Task StandardInput_Completed_IsEndOfFileForTheProgramWhileOutputGoesOn()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "cat; echo after; exec sleep 1000");
        await process.StandardInput.WriteTextAsync("before\n", home.Bound);
        await process.StandardInput.CompleteAsync(home.Bound);
        await using OutputReadStream reader = process.StandardOutput.OpenRead();
        Assert.Equal("before\nafter\n", await reader.ReadTextAsync(13, home.Bound));
        Assert.Equal(ProcessState.Running, process.State);
        Assert.False(process.StandardInput.IsOpen);
        Assert.Equal(7, process.StandardInput.Position);
        InputClosedException error = await Assert.ThrowsAsync<InputClosedException>(async () => await process.StandardInput.WriteTextAsync("more", home.Bound));
        Assert.Equal(7, error.Position);
        await process.StandardInput.CompleteAsync(home.Bound);
    }

    [Fact]
    public async Task StandardInput_ClosedByTheProgram_IsAnErrorOfTheWriterAndAnEvent()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "exec <&-; exec sleep 1000");
        await foreach (ProcessEvent happened in process.ReadEventsAsync(home.Bound))
        {
            if (happened.Kind == ProcessEventKind.InputClosed)
            {
                break;
            }
        }

        await Assert.ThrowsAsync<InputClosedException>(async () => await process.StandardInput.WriteAsync(Encoding.UTF8.GetBytes("x"), home.Bound));
        Assert.Equal(ProcessState.Running, process.State);
    }

    [Fact]
    public async Task Remove_AtOnceAfterTheExit_WaitsForTheKeepersEnd()
    {
        await using TestHome home = new();
        for (int i = 0; i < TestSystem.Current.Rounds(50); i++)
        {
            await using TetheredProcess process = await home.StartAsync(new ProcessSpec("true") { Name = "again" });
            await process.WaitForExitAsync(home.Bound);
            TetheredProcess.Remove("again", home.Options);
        }
    }

    private static async Task AssertOrderAsync(TetheredProcess process, CancellationToken bound)
    {
        List<ProcessEvent> events = [];
        await foreach (ProcessEvent happened in process.ReadEventsAsync(bound))
        {
            events.Add(happened);
        }

        Assert.Equal(ProcessEventKind.Started, events[0].Kind);
        Assert.Equal(2, events.Find(e => e.Kind == ProcessEventKind.OutputAvailable)!.End);
        Assert.Equal(ProcessEventKind.Exited, events[^1].Kind);
        Assert.Equal(0, events[^1].Exit!.ExitCode);
        Assert.Equal(
            [ProcessEventKind.Started, ProcessEventKind.OutputAvailable, ProcessEventKind.OutputEnded, ProcessEventKind.OutputEnded, ProcessEventKind.Exited],
            events.Select(e => e.Kind).Where(k => k != ProcessEventKind.InputClosed));
    }
}

using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using Tether.EndToEnd.Tests.Platform;
using Tether.EndToEnd.Tests.Start;
using Tether.Protocol;

namespace Tether.EndToEnd.Tests.Keep;

/// <summary>Faults that are met only when something else is wrong at the same time: no descriptor left, a keeper that is stopped, a name that is used again.</summary>
[SupportedOSPlatform("linux")]
public sealed class SuspectedFaultTests
{
    [Fact]
    public async Task Tie_KeeperOutOfDescriptors_StillEndsTheWholeTree()
    {
        await using TestHome home = new();
        const string limitDescriptors = "limit=7:80:80";
        await using LauncherProcess launcher = await LauncherProcess.StartAsync(home, ["tied", limitDescriptors], ["sh", "-c", "sleep 1000 & wait"]);
        StartReport start = await launcher.StartProgramAsync();
        await Waits.UntilAsync(() => ProcInfo.Children(start.ProgramId).Length == 1, home.Bound);
        int child = ProcInfo.Children(start.ProgramId)[0];
        List<RawClient> clients = [];
        try
        {
            // Past the limit a connection is closed at once: it reads its end instead of a welcome.
            for (bool isWelcome = true; isWelcome;)
            {
                clients.Add(await RawClient.ConnectAsync(home, start.Name));
                try
                {
                    await clients[^1].SendFrameAsync(RawClient.Hello, """{"magic":"tether","minimumVersion":1,"maximumVersion":1}""", home.Bound);
                }
                catch (LocalSocketException)
                {
                    // It was closed before that.
                }

                isWelcome = await clients[^1].ReceiveAsync(home.Bound) is not null;
            }

            Assert.InRange(clients.Count, 10, 80);
            Assert.Equal("disposed", await launcher.OrderAsync("dispose"));
            await Waits.ProcessIsGoneAsync(start.ProgramId, home.Bound);
            await Waits.ProcessIsGoneAsync(child, home.Bound);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task WriteAsync_KeeperStoppedAndCancelled_ReturnsAndTheStreamStaysWhole()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        using StoppedKeeper stopped = await StoppedKeeper.OfAsync(process, home.Bound);
        byte[] sent = new byte[1024 * 1024];
        BytePattern.Fill(sent, 0, 3);
        using CancellationTokenSource cancel = new();
        Task write = process.StandardInput.WriteAsync(sent, cancel.Token).AsTask();
        // A second one waits behind the first.
        Task signal = process.SignalAsync(System.Runtime.InteropServices.PosixSignal.SIGWINCH, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write.WaitAsync(TimeSpan.FromSeconds(30)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signal.WaitAsync(TimeSpan.FromSeconds(30)));
        stopped.Continue();
        await process.StandardInput.CompleteAsync(home.Bound);
        using MemoryStream echoed = new();
        await using OutputReadStream output = process.StandardOutput.OpenRead();
        await output.CopyToAsync(echoed, home.Bound);
        Assert.InRange(echoed.Length, 1, sent.Length);
        Assert.True(echoed.GetBuffer().AsSpan(0, (int)echoed.Length).SequenceEqual(sent.AsSpan(0, (int)echoed.Length)));
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
    }

    [Fact]
    public async Task StartAsync_KeeperThatComesToItTooLate_DoesNotStartTheProgram()
    {
        await using TestHome home = new();
        string directory = Directory.CreateTempSubdirectory("tether-late-").FullName;
        string keeper = directory + "/keeper";
        string real = Path.Combine(AppContext.BaseDirectory, "tether-keeper");
        Executables.Write(keeper, $"#!/bin/sh\necho $$ >'{directory}/pid'\nkill -STOP $$\nexec '{real}' \"$@\"\n");
        string name = Traces.UniqueName();
        try
        {
            TetherOptions options = home.Options with { KeeperPath = keeper, StartPatience = TimeSpan.FromSeconds(1) };
            ProcessStartException error = await Assert.ThrowsAsync<ProcessStartException>(
                () => TetheredProcess.StartAsync(new ProcessSpec("touch", directory + "/started") { Name = name }, options, home.Bound));
            Assert.Equal(StartFailure.KeeperFailed, error.Reason);
            string told = "";
            await Waits.UntilAsync(() => File.Exists(directory + "/pid") && (told = File.ReadAllText(directory + "/pid")).EndsWith('\n'), home.Bound);
            int pid = int.Parse(told, System.Globalization.CultureInfo.InvariantCulture);
            await IsStoppedAsync(pid, home.Bound);
            Signal("CONT", pid);
            await Waits.ProcessIsGoneAsync(pid, home.Bound);
            await Traces.AssertNoKeeperAsync(home, name);
            Assert.False(File.Exists(directory + "/started"));
            Assert.Empty(await home.ListAsync());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task AttachAsync_KeeperIsStopped_SaysSoInTimeAndWorksAgainAfterwards()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        using StoppedKeeper stopped = await StoppedKeeper.OfAsync(process, home.Bound);
        TetherOptions options = home.Options with { AnswerPatience = TimeSpan.FromMilliseconds(100) };
        ConnectionLostException error = await Assert.ThrowsAsync<ConnectionLostException>(() => TetheredProcess.AttachAsync(process.Name, options, home.Bound));
        Assert.Contains($"its keeper (PID {process.KeeperId}) lives but has not answered", error.Message);
        Assert.Contains("See whether it is stopped", error.Message);
        using CancellationTokenSource cancel = new();
        Task<TetheredProcess> cancelled = TetheredProcess.AttachAsync(process.Name, home.Options, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(home.Bound));
        stopped.Continue();
        await using TetheredProcess again = await home.AttachAsync(process.Name);
        Assert.Equal(ProcessState.Running, again.State);
    }

    [Fact]
    public async Task AttachAsync_FirstConnectionIsNotAnswered_TheSecondIs()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        using StoppedKeeper stopped = await StoppedKeeper.OfAsync(process, home.Bound);
        using OnLog onLog = new(stopped.Continue);
        TetherOptions options = home.Options with { AnswerPatience = TimeSpan.FromSeconds(1), LoggerFactory = onLog };
        await using TetheredProcess again = await TetheredProcess.AttachAsync(process.Name, options, home.Bound);
        Assert.Equal(ProcessState.Running, again.State);
        Assert.Contains("has not answered within 1 seconds", Assert.Single(onLog.Messages));
    }

    [Fact]
    public async Task AttachAsync_StoppedKeeperWhoseQueueIsFull_SaysSoInTime()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        using StoppedKeeper stopped = await StoppedKeeper.OfAsync(process, home.Bound);
        List<LocalSocket> waiting = [];
        try
        {
            // One past the backlog.
            for (int i = 0; i < 129; i++)
            {
                waiting.Add(await LocalSocket.ConnectAsync(Path.Combine(home.Path, process.Name, "socket"), home.Bound));
            }

            TetherOptions options = home.Options with { AnswerPatience = TimeSpan.FromMilliseconds(100) };
            ConnectionLostException error = await Assert.ThrowsAsync<ConnectionLostException>(
                () => TetheredProcess.AttachAsync(process.Name, options, home.Bound).WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.Contains("has not answered", error.Message);
        }
        finally
        {
            waiting.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task AttachAsync_FileOfTheRecordCannotBeOpened_TakesNoPlaceOfTheKeepers()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        string log = Path.Combine(home.Path, process.Name, "order.log");
        string descriptors = $"/proc/{process.KeeperId}/fd";
        await Waits.KeeperIsSettledAsync(process, home.Bound);
        int before = Directory.GetFileSystemEntries(descriptors).Length;
        File.Move(log, log + ".aside");
        // Neither missing nor forbidden.
        File.CreateSymbolicLink(log, log);
        for (int i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<IOException>(() => home.AttachAsync(process.Name));
        }

        File.Delete(log);
        File.Move(log + ".aside", log);
        await Waits.UntilAsync(() => Directory.GetFileSystemEntries(descriptors).Length == before, home.Bound);
    }

    [Fact]
    public async Task StartAsync_RecordIsRemovedAtOnce_SaysThatItIsGone()
    {
        await using TestHome home = new();
        // Between the keeper's answer and the opening of the record's files.
        using OnLog onLog = new(() => { }, () => RemoveWhenEnded(home, "gone"));
        TetherOptions options = home.Options with { LoggerFactory = onLog };
        RecordNotFoundException error = await Assert.ThrowsAsync<RecordNotFoundException>(
            () => TetheredProcess.StartAsync(new ProcessSpec("true") { Name = "gone" }, options, home.Bound));
        Assert.Contains("'gone'", error.Message);
    }

    /// <summary>What it cannot be told now, it is told later; the reader needs it for nothing.</summary>
    [Fact]
    public async Task Reader_OfAProgramThatWaitsForItWhoseKeeperIsStopped_ReadsWhatThereIs()
    {
        await using TestHome home = new();
        byte[] there = new byte[100_000];
        ProcessSpec spec = new("sh", "-c", $"head -c {there.Length} /dev/zero; exec cat") { OutputWindow = 128 * 1024, WhenFull = WindowFullPolicy.Block };
        await using TetheredProcess process = await home.StartAsync(spec);
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, there.Length, home.Bound);
        await using OutputReadStream reader = process.StandardOutput.OpenRead();
        using StoppedKeeper stopped = await StoppedKeeper.OfAsync(process, home.Bound);
        using CancellationTokenSource cancel = new();
        Task write = process.StandardInput.WriteAsync(new byte[2 * Frame.InputCredit], cancel.Token).AsTask();
        Assert.False(write.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write.WaitAsync(home.Bound));

        // A frame of what was written waits for room in the connection now.
        await reader.ReadExactlyAsync(there, home.Bound).AsTask().WaitAsync(home.Bound);
        await Task.Run(() => process.StandardOutput.OpenRead(0).Dispose(), home.Bound).WaitAsync(home.Bound);
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.ReadAsync(there, soon.Token).AsTask().WaitAsync(home.Bound));
        stopped.Continue();
        await reader.ReadExactlyAsync(new byte[1], home.Bound);
    }

    [Fact]
    public async Task Handle_WithoutAKeeperWhoseNameIsUsedAgain_IsNotTheOther()
    {
        await using TestHome home = new();
        await using (TetheredProcess first = await home.StartAsync(new ProcessSpec("sh", "-c", "exit 3") { Name = "name" }))
        {
            await first.WaitForExitAsync(home.Bound);
            await Waits.ProcessIsGoneAsync(first.KeeperId, home.Bound);
        }

        await using TetheredProcess ended = await home.AttachAsync("name");
        Assert.Equal(ProcessState.Exited, ended.State);
        TetheredProcess.Remove("name", home.Options);
        await using TetheredProcess second = await home.StartAsync(new ProcessSpec("cat") { Name = "name" });
        Assert.Throws<RecordNotFoundException>(() => ended.State);
        Assert.Throws<RecordNotFoundException>(() => ended.GetRecord());
        Assert.Equal(ProcessState.Running, second.GetRecord().State);
    }

    [Fact]
    public async Task ReadEvents_KeeperKilled_LeavesNoUnobservedError()
    {
        List<string> unobserved = [];
        await using TestHome home = new();
        string name = "unobserved-" + Guid.NewGuid().ToString("N");
        void Note(object? sender, UnobservedTaskExceptionEventArgs error)
        {
            lock (unobserved)
            {
                unobserved.Add(error.Exception.ToString());
            }
        }

        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await WatchAsync(home, name);
            for (int i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Assert.DoesNotContain(unobserved, error => error.Contains(name, StringComparison.Ordinal));
    }

    private static async Task WatchAsync(TestHome home, string name)
    {
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("cat") { Name = name });
        await foreach (ProcessEvent happened in process.ReadEventsAsync(home.Bound))
        {
            if (happened.Kind == ProcessEventKind.Started)
            {
                // The sequence waits for both streams by the time that the keeper is gone.
                _ = Task.Run(() => Waits.Kill(process.KeeperId));
            }
        }

        await Waits.ProcessIsGoneAsync(process.Id, home.Bound);
    }

    private static void Signal(string signal, int pid)
    {
        using System.Diagnostics.Process kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", $"{pid}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>A keeper that is stopped, until it is told to go on, or the test ends however it does.</summary>
    private sealed class StoppedKeeper : IDisposable
    {
        private readonly int _pid;
        private bool _goesOn;

        private StoppedKeeper(int pid) => _pid = pid;

        internal static async Task<StoppedKeeper> OfAsync(TetheredProcess process, CancellationToken bound)
        {
            int pid = process.KeeperId;
            Signal("STOP", pid);
            await IsStoppedAsync(pid, bound);
            return new StoppedKeeper(pid);
        }

        internal void Continue()
        {
            if (!_goesOn)
            {
                _goesOn = true;
                Signal("CONT", _pid);
            }
        }

        public void Dispose() => Continue();
    }

    private static Task IsStoppedAsync(int pid, CancellationToken bound) =>
        Waits.UntilAsync(() => File.ReadAllText($"/proc/{pid}/stat").Contains(") T ", StringComparison.Ordinal), bound);

    private static void RemoveWhenEnded(TestHome home, string name)
    {
        while (true)
        {
            home.Bound.ThrowIfCancellationRequested();
            try
            {
                TetheredProcess.Remove(name, home.Options);
                return;
            }
            catch (InvalidOperationException)
            {
                // The program, or its keeper, is still there.
                Thread.Yield();
            }
        }
    }

    /// <summary>Does something when something is logged, or somebody begins to.</summary>
    private sealed class OnLog(Action action, Action? created = null) : ILoggerFactory, ILogger
    {
        internal List<string> Messages { get; } = [];

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName)
        {
            created?.Invoke();
            return this;
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Messages.Add(formatter(state, exception));
            action();
        }

        public void Dispose()
        {
        }
    }
}

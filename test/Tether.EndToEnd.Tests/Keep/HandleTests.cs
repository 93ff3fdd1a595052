using System.Runtime.InteropServices;
using System.Text;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Keep;

/// <summary>One handle: cancelling, disposing, everything at once.</summary>
public sealed class HandleTests
{
    [Fact]
    public async Task EveryCall_Cancelled_LeavesTheHandleUsable()
    {
        await using TestHome home = new();
        // It takes no input until it is told to.
        string go = await Waits.MakeFifoAsync(home, ".go");
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "echo ready; read go < \"$0\"; exec cat", go);
        await using OutputReadStream reader = process.StandardOutput.OpenRead();
        Assert.Equal("ready\n", await reader.ReadTextAsync(6, home.Bound));
        byte[] much = new byte[2_000_000];
        await CancelAsync(token => reader.ReadAsync(new byte[1], token).AsTask());
        await CancelAsync(token => process.WaitForExitAsync(token));
        await CancelAsync(token => FirstAsync(process.StandardError.ReadLinesAsync(token)));
        await CancelAsync(token => FirstAsync(process.StandardError.ReadChunksAsync(cancellationToken: token)));
        await CancelAsync(token => FirstAsync(process.ReadOutputAsync(standardOutputOffset: 6, cancellationToken: token)));
        await CancelAsync(token => LastAsync(process.ReadEventsAsync(token)));
        await CancelAsync(token => process.StandardInput.WriteAsync(much, token).AsTask());
        await CancelAsync(token => process.StandardInput.FlushAsync(token));
        // The end of the input stands behind what was sent before.
        await CancelAsync(token => process.StandardInput.CompleteAsync(token));

        // What was sent until the cancellation is delivered, and no more.
        await File.WriteAllTextAsync(go, "go\n", home.Bound);
        (long length, _) = await reader.HashAsync(home.Bound);
        Assert.Equal(process.StandardInput.Position, length);
        Assert.InRange(length, 1, much.Length - 1);
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
    }

    [Fact]
    public async Task EveryCall_TokenCancelledBefore_ThrowsAndDoesNothing()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        CancellationToken cancelled = new(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => process.StandardInput.WriteTextAsync("x", cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => process.WaitForExitAsync(cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => process.SignalAsync(PosixSignal.SIGTERM, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TetheredProcess.AttachAsync(process.Name, home.Options, cancelled));
        await using OutputReadStream reader = process.StandardOutput.OpenRead();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.ReadAsync(new byte[1], cancelled).AsTask());
        await process.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal("", await process.StandardOutput.ReadTextAsync(home.Bound));
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
    }

    /// <summary>The keeper's answer to one of them may be of a moment when the other had not sent yet.</summary>
    [Fact]
    public async Task FlushAsync_TwoThreadsWriteAndFlush_BothGoOn()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        int rounds = OperatingSystem.IsWindows() ? 50 : 1000;
        using Barrier together = new(2);
        await Task.WhenAll(Task.Run(WriteAsync, home.Bound), Task.Run(WriteAsync, home.Bound));
        Assert.Equal(rounds * 20, process.StandardInput.Position);

        async Task WriteAsync()
        {
            for (int i = 0; i < rounds; i++)
            {
                together.SignalAndWait(home.Bound);
                await process.StandardInput.WriteAsync(new byte[10], home.Bound);
                await process.StandardInput.FlushAsync(home.Bound);
            }
        }
    }

    /// <summary>What goes on with a read may run on the thread that receives for the handle, and use the handle as any thread may.</summary>
    [Fact]
    public async Task ReadAsync_WhatGoesOnWithItBlocksOnTheSameHandle_IsServed()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        await using OutputReadStream reader = process.StandardOutput.OpenRead();
        byte[] buffer = new byte[2];
        for (int round = 0; round < 10; round++)
        {
            Task talking = TalkAsync();
            await process.StandardInput.WriteTextAsync("a", home.Bound);
            await talking;
        }

        process.StandardInput.Complete();
        Assert.Equal(0, reader.Read(buffer));
        Assert.True(process.TryWaitForExit(TimeSpan.FromSeconds(30), out ProcessExitStatus? exit));
        Assert.Equal(0, exit.ExitCode);

        async Task TalkAsync()
        {
            Assert.Equal(1, await reader.ReadAsync(buffer.AsMemory(0, 1), home.Bound).ConfigureAwait(false));
            process.StandardInput.Write("bc"u8);
            reader.ReadExactly(buffer);
            Assert.Equal("bc"u8, buffer);
        }
    }

    [Fact]
    public async Task FlushAsync_ProgramThatTakesItAndEndsAtOnce_IsDone()
    {
        await using TestHome home = new(120);
        for (int i = 0; i < 40; i++)
        {
            await using TetheredProcess process = await home.StartAsync("sh", "-c", "read line; exit 7");
            await process.StandardInput.WriteTextAsync("x\n", home.Bound);
            if (i % 2 == 0)
            {
                // It has ended, and its keeper with it, before the question is asked.
                await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);
            }

            await process.StandardInput.FlushAsync(home.Bound);
            Assert.Equal(7, (await process.WaitForExitAsync(home.Bound)).ExitCode);
        }
    }

    [Fact]
    public async Task DisposeAsync_WhileEverythingWaits_EndsTheCallsAndLeavesTheProgramRunning()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sleep", "1000");
        TetheredProcess handle = await home.AttachAsync(process.Name);
        OutputReadStream blocking = handle.StandardOutput.OpenRead();
        List<Task> calls =
        [
            handle.StandardOutput.OpenRead().ReadAsync(new byte[1], home.Bound).AsTask(),
            Task.Factory.StartNew(() => blocking.Read(new byte[1], 0, 1), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
            handle.StandardInput.WriteAsync(new byte[1_000_000], home.Bound).AsTask(),
            handle.StandardInput.FlushAsync(home.Bound),
            handle.WaitForExitAsync(home.Bound),
            LastAsync(handle.ReadEventsAsync(home.Bound)),
            FirstAsync(handle.ReadOutputAsync(cancellationToken: home.Bound)),
        ];
        await handle.DisposeAsync();
        await handle.DisposeAsync();
        foreach (Task call in calls)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => call.WaitAsync(home.Bound));
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => handle.SignalAsync(PosixSignal.SIGTERM, home.Bound));
        Assert.Throws<ObjectDisposedException>(() => handle.StandardOutput.OpenRead());
        Assert.Equal(ProcessState.Running, process.GetRecord().State);
        Assert.True(Waits.IsAlive(process.Id));
    }

    [Fact]
    public async Task Dispose_OneReaderThatWaits_EndsItsReadAndNoOther()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        OutputReadStream disposed = process.StandardOutput.OpenRead();
        OutputReadStream blocking = process.StandardOutput.OpenRead();
        await using OutputReadStream other = process.StandardOutput.OpenRead();
        Task<int> waiting = disposed.ReadAsync(new byte[1], home.Bound).AsTask();
        Task<int> blocked = Task.Factory.StartNew(() => blocking.Read(new byte[1], 0, 1), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Task<string> reading = other.ReadTextAsync(1, home.Bound);
        await disposed.DisposeAsync();
        blocking.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.WaitAsync(home.Bound));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => blocked.WaitAsync(home.Bound));
        await process.StandardInput.WriteTextAsync("x", home.Bound);
        Assert.Equal("x", await reading);
    }

    /// <summary>A reader that is just beginning to wait is woken, too.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_WhileAReadBegins_EndsTheRead(bool blocking)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        for (int round = 0; round < TestSystem.Current.Rounds(4000); round++)
        {
            OutputReadStream reader = process.StandardOutput.OpenRead();
            using ManualResetEventSlim begun = new();
            Task<int> reading = Task.Run(async () =>
            {
                begun.Set();
                return blocking ? reader.Read(new byte[1], 0, 1) : await reader.ReadAsync(new byte[1], home.Bound);
            });
            begun.Wait(home.Bound);
            Thread.SpinWait(round % 400);
            reader.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => reading.WaitAsync(home.Bound));
        }
    }

    [Fact]
    public async Task EveryCall_WhileTheProgramAndItsKeeperEnd_SaysWhatHappenedToTheProgram()
    {
        await using TestHome home = new(120);
        for (int i = 0; i < TestSystem.Current.Rounds(60); i++)
        {
            await using TetheredProcess process = await home.StartAsync("sh", "-c", "echo out; echo err >&2; exit 3");
            await using TetheredProcess handle = i % 2 == 0 ? process : await home.AttachAsync(process.Name);
            Task[] calls =
            [
                ExpectAsync<InputClosedException>(handle.StandardInput.WriteAsync(new byte[10], home.Bound).AsTask()),
                ExpectAsync<InputClosedException>(handle.StandardInput.FlushAsync(home.Bound)),
                handle.StandardInput.CompleteAsync(home.Bound),
                ExpectAsync<ProgramEndedException>(handle.SignalAsync(Signals.Parse("CONT"), home.Bound)),
                handle.StandardOutput.ReadTextAsync(home.Bound),
                LastAsync(handle.ReadOutputAsync(cancellationToken: home.Bound)),
                LastAsync(handle.ReadEventsAsync(home.Bound)),
                handle.WaitForExitAsync(home.Bound),
            ];
            await Task.WhenAll(calls).WaitAsync(home.Bound);
            Assert.Equal("out\n", await handle.StandardOutput.ReadTextAsync(home.Bound));
            Assert.Equal(3, (await handle.StopAsync(TimeSpan.Zero, home.Bound)).ExitCode);
            await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);
            await Assert.ThrowsAsync<InputClosedException>(async () => await handle.StandardInput.WriteAsync(new byte[1], home.Bound));
            await Assert.ThrowsAsync<ProgramEndedException>(() => handle.SignalAsync(Signals.Parse("CONT"), home.Bound));
            await handle.StandardInput.CompleteAsync(home.Bound);
        }

        static async Task ExpectAsync<T>(Task call)
            where T : Exception
        {
            try
            {
                await call;
            }
            catch (T)
            {
                // The program was faster.
            }
        }
    }

    [Fact]
    public async Task OneHandle_FiftyReadersWritersAndWaitersAtOnce_AllEnd()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        const int each = 50;
        const int size = 100_000;
        List<Task<(long Length, string Hash)>> readers = [];
        List<Task> writers = [];
        List<Task<ProcessExitStatus>> waiters = [];
        for (int i = 0; i < each; i++)
        {
            readers.Add(process.StandardOutput.OpenRead().HashAsync(home.Bound));
            waiters.Add(process.WaitForExitAsync(home.Bound));
            writers.Add(process.StandardInput.WriteAsync(Encoding.ASCII.GetBytes(new string((char)('0' + i), size)), home.Bound).AsTask());
            writers.Add(process.SignalAsync(Signals.Parse("CONT"), home.Bound));
        }

        await Task.WhenAll(writers).WaitAsync(home.Bound);
        await process.StandardInput.CompleteAsync(home.Bound);
        (long Length, string Hash)[] read = await Task.WhenAll(readers).WaitAsync(home.Bound);
        Assert.Equal(each * size, read[0].Length);
        Assert.Single(read.Distinct());
        Assert.Single((await Task.WhenAll(waiters).WaitAsync(home.Bound)).Distinct());
        string text = await process.StandardOutput.ReadTextAsync(home.Bound);
        Assert.All(Enumerable.Range(0, each), i => Assert.Equal(size, text.Count(c => c == '0' + i)));
    }

    [Fact]
    public async Task KeeperKilled_EverythingSaysSoAndTheProgramRunsOn()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "trap 'echo still; echo still >&2' USR1; echo before; while :; do sleep 1000 & wait $!; kill $!; done");
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 7, home.Bound);
        Task<ProcessExitStatus> exit = process.WaitForExitAsync(home.Bound);
        Task<ProcessEvent> lastEvent = LastAsync(process.ReadEventsAsync(home.Bound));
        await using OutputReadStream reader = process.StandardOutput.OpenRead();
        Waits.Kill(process.KeeperId);
        await Assert.ThrowsAsync<KeeperLostException>(() => exit);
        Assert.Equal(ProcessEventKind.KeeperLost, (await lastEvent).Kind);
        Assert.Equal("before\n", await reader.ReadTextAsync(7, home.Bound));
        await Assert.ThrowsAsync<KeeperLostException>(async () => await reader.ReadExactlyAsync(new byte[1], home.Bound));
        await Assert.ThrowsAsync<KeeperLostException>(() => process.SignalAsync(PosixSignal.SIGTERM, home.Bound));
        await Assert.ThrowsAsync<KeeperLostException>(async () => await process.StandardInput.WriteAsync(new byte[1], home.Bound));
        Assert.Equal(ProcessState.Lost, process.State);

        // It writes to its streams, which nobody reads now, and gets no SIGPIPE.
        string fifo = Path.Combine(home.Path, process.Name, "stdout");
        await using (FileStream output = new(fifo, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            using System.Diagnostics.Process signal = System.Diagnostics.Process.Start("kill", ["-USR1", $"{process.Id}"]);
            await signal.WaitForExitAsync(home.Bound);
            Assert.Equal("still\n", await output.ReadTextAsync(6, home.Bound));
        }

        Assert.True(Waits.IsAlive(process.Id));
        using System.Diagnostics.Process group = System.Diagnostics.Process.Start("kill", ["-KILL", "--", $"-{process.Id}"]);
        await group.WaitForExitAsync(home.Bound);
        await Waits.ProcessIsGoneAsync(process.Id, home.Bound);
        TetheredProcess.Remove(process.Name, home.Options);
    }

    /// <summary>Starts the call, cancels it and expects it to end by that.</summary>
    private static async Task CancelAsync(Func<CancellationToken, Task> call)
    {
        using CancellationTokenSource cancel = new();
        Task running = call(cancel.Token);
        Assert.False(running.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static async Task<T> FirstAsync<T>(IAsyncEnumerable<T> items)
    {
        await foreach (T item in items)
        {
            return item;
        }

        throw new InvalidOperationException("There was no item.");
    }

    private static async Task<T> LastAsync<T>(IAsyncEnumerable<T> items)
    {
        T? last = default;
        await foreach (T item in items)
        {
            last = item;
        }

        return last!;
    }
}

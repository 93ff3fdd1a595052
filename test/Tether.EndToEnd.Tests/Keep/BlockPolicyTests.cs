namespace Tether.EndToEnd.Tests.Keep;

public sealed class BlockPolicyTests
{
    private const int Window = 256 * 1024;
    private const int Size = 10_000_000;

    private static readonly byte[] Expected = Pattern();

    [Fact]
    public async Task Program_NoReader_StallsAtTheWindowAndTheNextReaderGetsEverything()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await StartAsync(home);
        await StallAsync(process, 0, home.Bound);
        Assert.Equal(ProcessState.Running, process.State);
        Assert.True(home.Record(process.Name).StandardOutput.WaitsForReader);
        Assert.InRange(new FileInfo(Path.Combine(home.Path, process.Name, "stdout.log")).Length, Window, Window + (256 * 1024));
        await using TetheredProcess late = await home.AttachAsync(process.Name);
        await using OutputReadStream reader = late.StandardOutput.OpenRead();
        Assert.True((await ReadAllAsync(reader, home.Bound)).AsSpan().SequenceEqual(Expected.AsSpan()));
        Assert.Equal(0, (await late.WaitForExitAsync(home.Bound)).ExitCode);
    }

    [Fact]
    public async Task Program_EndedWithItsPipeFull_LeavesEverythingAndNoKeeperThatWaitsForAReader()
    {
        await using TestHome home = new();
        ProcessSpec spec = new(KeptTestProgram.Path, "pattern", $"{Window + 50_000}") { OutputWindow = Window, WhenFull = WindowFullPolicy.Block };
        await using TetheredProcess process = await home.StartAsync(spec);
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        Assert.True(exit.OutputComplete);
        await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);
        await using OutputReadStream reader = process.StandardOutput.OpenRead();
        Assert.True((await ReadAllAsync(reader, home.Bound)).AsSpan().SequenceEqual(Expected.AsSpan(0, Window + 50_000)));
    }

    [Fact]
    public async Task Program_KilledWhileItWaitsForAReader_LeavesEverythingAndNoKeeper()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await StartAsync(home);
        await StallAsync(process, 0, home.Bound);
        ProcessExitStatus exit = await process.KillAsync(home.Bound);
        Assert.True(exit.OutputComplete);
        await Waits.ProcessIsGoneAsync(process.KeeperId, home.Bound);
        await using OutputReadStream reader = process.StandardOutput.OpenRead();
        byte[] output = await ReadAllAsync(reader, home.Bound);
        Assert.True(output.Length > Window);
        Assert.True(output.AsSpan().SequenceEqual(Expected.AsSpan(0, output.Length)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Program_TwoReaders_WaitsForTheSlowerUntilThatOneIsGone(bool ofOneHandle)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await StartAsync(home);
        TetheredProcess other = ofOneHandle ? process : await home.AttachAsync(process.Name);
        OutputReadStream slow = other.StandardOutput.OpenRead();
        await using OutputReadStream fast = process.StandardOutput.OpenRead();
        Task<byte[]> reading = ReadAllAsync(fast, home.Bound);
        await StallAsync(process, 0, home.Bound);
        await Waits.UntilAsync(() => fast.Position == process.StandardOutput.Status.End, home.Bound);

        // The slow one reads half a window: so much more comes.
        byte[] half = new byte[Window / 2];
        await slow.ReadExactlyAsync(half, home.Bound);
        Assert.True(Expected.AsSpan(0, half.Length).SequenceEqual(half));
        await StallAsync(process, half.Length, home.Bound);
        Assert.False(reading.IsCompleted);

        // It goes: by its own end, or with its handle.
        await (ofOneHandle ? slow.DisposeAsync() : other.DisposeAsync());
        Assert.True((await reading).AsSpan().SequenceEqual(Expected.AsSpan()));
    }

    [Fact]
    public async Task Program_ReaderThatWasCancelledInTheMiddle_LosesNothing()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await StartAsync(home);
        await using OutputReadStream reader = process.StandardOutput.OpenRead();
        using MemoryStream read = new();
        byte[] buffer = new byte[10_000];
        for (int calls = 0; ; calls++)
        {
            using CancellationTokenSource cancel = CancellationTokenSource.CreateLinkedTokenSource(home.Bound);
            try
            {
                ValueTask<int> call = reader.ReadAsync(buffer, cancel.Token);
                if (calls % 2 == 0)
                {
                    await cancel.CancelAsync();
                }

                int length = await call;
                if (length == 0)
                {
                    break;
                }

                read.Write(buffer, 0, length);
            }
            catch (OperationCanceledException) when (!home.Bound.IsCancellationRequested)
            {
                // The next call goes on.
            }
        }

        Assert.True(Expected.AsSpan().SequenceEqual(read.ToArray()));
    }

    [Fact]
    public async Task Program_AReaderOpensBehindWhatOthersHaveRead_WaitsForIt()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("cat") { OutputWindow = Window, WhenFull = WindowFullPolicy.Block });
        OutputReadStream first = process.StandardOutput.OpenRead();
        const int Read = 200_000;
        await process.StandardInput.WriteAsync(Expected.AsMemory(0, Read), home.Bound);
        await first.ReadExactlyAsync(new byte[Read], home.Bound);
        await using OutputReadStream reader = process.StandardOutput.OpenRead(0);
        first.Dispose();

        // The rest is given to it in this moment, or not at all: it stalls before it takes the place of what the second reader has not read.
        Task writing = process.StandardInput.WriteAsync(Expected.AsMemory(Read, 2 * Window), home.Bound).AsTask();
        await StallAsync(process, 0, home.Bound);
        byte[] all = new byte[Read + (2 * Window)];
        await reader.ReadExactlyAsync(all, home.Bound);
        await writing;
        Assert.True(Expected.AsSpan(0, all.Length).SequenceEqual(all));
    }

    [Fact]
    public async Task ReadOutputAsync_WhileAnotherReaderConsumes_GetsEverythingOrIsToldWhatItMissed()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await StartAsync(home);
        await using OutputReadStream reader = process.StandardOutput.OpenRead();
        Task<byte[]> reading = ReadAllAsync(reader, home.Bound);
        long offset = 0;
        await foreach (OutputChunk chunk in process.ReadOutputAsync(true, 0, 0, home.Bound))
        {
            Assert.Equal(offset, chunk.Offset);
            Assert.True(Expected.AsSpan((int)offset, chunk.Data.Length).SequenceEqual(chunk.Data.Span));
            offset += chunk.Data.Length + chunk.MissedBytes;
        }

        Assert.Equal(Size, offset);
        Assert.Equal(Size, (await reading).Length);
    }

    private static Task<TetheredProcess> StartAsync(TestHome home) =>
        home.StartAsync(new ProcessSpec(KeptTestProgram.Path, "pattern", $"{Size}") { OutputWindow = Window, WhenFull = WindowFullPolicy.Block });

    private static Task StallAsync(TetheredProcess process, long consumed, CancellationToken bound) =>
        Waits.UntilAsync(() => process.StandardOutput.Status is { WaitsForReader: true } status && status.End == consumed + Window, bound);

    private static async Task<byte[]> ReadAllAsync(OutputReadStream reader, CancellationToken bound)
    {
        using MemoryStream all = new();
        await reader.CopyToAsync(all, bound);
        return all.ToArray();
    }

    private static byte[] Pattern()
    {
        byte[] pattern = new byte[Size];
        BytePattern.Fill(pattern, 0, 0);
        return pattern;
    }
}

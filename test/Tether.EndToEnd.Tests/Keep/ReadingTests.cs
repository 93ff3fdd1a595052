using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Tether.EndToEnd.Tests.Keep;

public sealed class ReadingTests
{
    [Fact]
    public async Task OpenRead_AnyOffsetInTheWindow_ReadsFromThereLiveAndAfterTheEnd()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "printf 0123456789; printf abcdef >&2; read go; printf XYZ; printf ghi >&2");
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 10, home.Bound);
        await Waits.OutputReachesAsync(process, OutputStream.StandardError, 6, home.Bound);
        List<OutputReadStream> live = [.. Enumerable.Range(0, 11).Select(offset => process.StandardOutput.OpenRead(offset))];
        await process.StandardInput.WriteTextAsync("\n", home.Bound);
        await process.WaitForExitAsync(home.Bound);
        await using TetheredProcess late = await home.AttachAsync(process.Name);
        for (int offset = 0; offset <= 13; offset++)
        {
            string expected = "0123456789XYZ"[offset..];
            if (offset < live.Count)
            {
                Assert.Equal(expected, await new StreamReader(live[offset]).ReadToEndAsync(home.Bound));
            }

            await using OutputReadStream reader = late.StandardOutput.OpenRead(offset);
            Assert.Equal(expected, await new StreamReader(reader).ReadToEndAsync(home.Bound));
            Assert.Equal(13, reader.Position);
        }

        Assert.Equal("abcdefghi", await late.StandardError.ReadTextAsync(home.Bound));
    }

    [Fact]
    public async Task OpenRead_OffsetOutsideTheWindow_ThrowsWithTheExactCount()
    {
        await using TestHome home = new();
        const int size = 1_000_000;
        ProcessSpec spec = new(KeptTestProgram.Path, "pattern", $"{size}") { OutputWindow = ProcessSpec.MinimumOutputWindow };
        await using TetheredProcess process = await home.StartAsync(spec);
        await process.WaitForExitAsync(home.Bound);
        OutputStatus status = process.StandardOutput.Status;
        Assert.Equal(size, status.End);
        Assert.InRange(status.End - status.Start, ProcessSpec.MinimumOutputWindow, ProcessSpec.MinimumOutputWindow * 5 / 4);
        OutputGapException gap = Assert.Throws<OutputGapException>(() => process.StandardOutput.OpenRead(1000));
        Assert.Equal((OutputStream.StandardOutput, 1000L, status.Start, status.Start - 1000), (gap.Stream, gap.RequestedOffset, gap.AvailableOffset, gap.MissedBytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => process.StandardOutput.OpenRead(size + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => process.StandardOutput.OpenRead(-1));
        await using OutputReadStream last = process.StandardOutput.OpenRead(size);
        Assert.Equal(0, await last.ReadAsync(new byte[10], home.Bound));

        byte[] expected = new byte[size];
        BytePattern.Fill(expected, 0, 0);
        byte[] rest = new byte[size - status.Start];
        await using OutputReadStream reader = process.StandardOutput.OpenRead(gap.AvailableOffset);
        await reader.ReadExactlyAsync(rest, home.Bound);
        Assert.True(expected.AsSpan((int)status.Start).SequenceEqual(rest));
    }

    [Fact]
    public async Task OpenRead_WithoutFollowing_EndsAtWhatThereWas()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "printf 0123456789; exec sleep 1000");
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 10, home.Bound);
        await using OutputReadStream reader = process.StandardOutput.OpenRead(4, follow: false);
        Assert.Equal("456789", await new StreamReader(reader).ReadToEndAsync(home.Bound));
    }

    [Fact]
    public async Task OpenRead_WithoutFollowingAProgramThatFloods_Ends()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(new ProcessSpec("yes") { WhenFull = WindowFullPolicy.DropOldest });
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 1_000_000, home.Bound);
        await using OutputReadStream reader = process.StandardOutput.OpenRead(follow: false);
        byte[] buffer = new byte[100];
        long end = -1;
        while (end < reader.Position)
        {
            end = reader.Position;
            try
            {
                _ = await reader.ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false, home.Bound);
            }
            catch (OutputGapException)
            {
                // The program is faster than a hundred bytes at a time.
            }
        }

        await foreach (OutputChunk chunk in process.ReadOutputAsync(follow: false, cancellationToken: home.Bound))
        {
            Assert.True(chunk.MissedBytes > 0 || chunk.Data.Length > 0);
        }
    }

    [Fact]
    public async Task Read_Synchronously_WaitsAndEndsAsTheAsynchronousOneDoes()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sh", "-c", "printf 1; read go; printf 2");
        using OutputReadStream reader = process.StandardOutput.OpenRead();
        Task<string> reading = Task.Factory.StartNew(
            () => new StreamReader(reader).ReadToEnd(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await process.StandardInput.WriteTextAsync("\n", home.Bound);
        Assert.Equal("12", await reading.WaitAsync(home.Bound));
        Assert.True(reader.CanRead && !reader.CanSeek && !reader.CanWrite);
    }

    [Fact]
    public async Task OpenPipeReader_Lines_AreParsedFromIt()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(KeptTestProgram.Spec("lines", "10000"));
        PipeReader reader = process.StandardOutput.OpenPipeReader();
        int lines = 0;
        while (true)
        {
            ReadResult result = await reader.ReadAsync(home.Bound);
            ReadOnlySequence<byte> buffer = result.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                Assert.Equal($"{lines++:000000000}", Encoding.ASCII.GetString(buffer.Slice(0, end)));
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        await reader.CompleteAsync();
        Assert.Equal(10_000, lines);
    }

    [Fact]
    public async Task ReadLinesAsync_AnyEncodingAndLineEnd_GivesTheLines()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("printf", @"gr\374n\nb\r\nc\rd\n\nlast");
        List<string> lines = [];
        await foreach (string line in process.StandardOutput.ReadLinesAsync(Encoding.Latin1, offset: null, home.Bound))
        {
            lines.Add(line);
        }

        Assert.Equal(["grün", "b", "c", "d", "", "last"], lines);
    }

    [Fact]
    public async Task ReadChunksAsync_Pieces_AreTheStream()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(KeptTestProgram.Spec("pattern", "3000001"));
        await Waits.OutputReachesAsync(process, OutputStream.StandardOutput, 1, home.Bound);
        using MemoryStream all = new();
        await foreach (ReadOnlyMemory<byte> chunk in process.StandardOutput.ReadChunksAsync(1, home.Bound))
        {
            Assert.InRange(chunk.Length, 1, 64 * 1024);
            all.Write(chunk.Span);
        }

        byte[] expected = new byte[3_000_001];
        BytePattern.Fill(expected, 0, 0);
        Assert.True(expected.AsSpan(1).SequenceEqual(all.ToArray()));
    }

    [Fact]
    public async Task ReadOutputAsync_BothStreamsInTurn_ComeBackInTheOrderWritten()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(
            "sh", "-c", "n=0; while read go; do n=$((n+1)); if [ $((n % 3)) = 0 ]; then echo err$n >&2; else echo out$n; fi; done");
        List<string> expected = [];
        long[] ends = [0, 0];
        for (int n = 1; n <= 60; n++)
        {
            string line = n % 3 == 0 ? $"err{n}" : $"out{n}";
            expected.Add(line);
            ends[n % 3 == 0 ? 1 : 0] += line.Length + 1;
            await process.StandardInput.WriteTextAsync("go\n", home.Bound);
            await Waits.UntilAsync(() => process.StandardOutput.Status.End == ends[0] && process.StandardError.Status.End == ends[1], home.Bound);
        }

        await process.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal(expected, await LinesAsync(process, home.Bound));
        await process.WaitForExitAsync(home.Bound);
        await using TetheredProcess late = await home.AttachAsync(process.Name);
        Assert.Equal(expected, await LinesAsync(late, home.Bound));

        static async Task<List<string>> LinesAsync(TetheredProcess process, CancellationToken bound)
        {
            StringBuilder text = new();
            DateTimeOffset last = process.StartTime.AddSeconds(-1);
            await foreach (OutputChunk chunk in process.ReadOutputAsync(cancellationToken: bound))
            {
                text.Append(Encoding.UTF8.GetString(chunk.Data.Span));
                Assert.Equal(0, chunk.MissedBytes);
                Assert.True(chunk.Time >= last);
                last = chunk.Time!.Value;
            }

            return [.. text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        }
    }

    [Theory]
    [InlineData(WindowFullPolicy.DropOldest)]
    [InlineData(WindowFullPolicy.Spill)]
    public async Task ReadOutputAsync_BothStreamsFlood_LosesNothingUnsaid(WindowFullPolicy policy)
    {
        await using TestHome home = new();
        const int size = 20_000_000;
        ProcessSpec spec = new("sh", "-c", "\"$0\" pattern $1 1 & \"$0\" pattern $1 2 >&2; wait", KeptTestProgram.Path, $"{size}")
        {
            OutputWindow = 1024 * 1024, WhenFull = policy,
        };
        await using TetheredProcess process = await home.StartAsync(spec);
        byte[] standardOutput = new byte[size];
        byte[] standardError = new byte[size];
        BytePattern.Fill(standardOutput, 0, 1);
        BytePattern.Fill(standardError, 0, 2);
        long[] offsets = [0, 0];
        await foreach (OutputChunk chunk in process.ReadOutputAsync(true, 0, 0, home.Bound))
        {
            ref long offset = ref offsets[(int)chunk.Stream - 1];
            Assert.Equal(offset, chunk.Offset);
            byte[] expected = chunk.Stream == OutputStream.StandardOutput ? standardOutput : standardError;
            Assert.True(expected.AsSpan((int)offset, chunk.Data.Length).SequenceEqual(chunk.Data.Span));
            Assert.True(policy == WindowFullPolicy.DropOldest || chunk.MissedBytes == 0);
            offset += chunk.Data.Length + chunk.MissedBytes;
        }

        Assert.Equal([size, size], offsets);
    }
}

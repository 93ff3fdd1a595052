using Tether.Client;
using Tether.Journal;

namespace Tether.Tests.Journal;

public sealed class MergedReaderTests
{
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void TryRead_OrderFellOutOfItsWindowWhileItWasRead_StillGivesEveryByteOnceAndOfItsOwnStream(int before)
    {
        // The order keeps 4096 entries of this window; the streams keep everything.
        using JournalDirectory journal = new(1024 * 1024, WindowFullPolicy.DropOldest, _time);
        MergedReader reader = new(journal.Reader, 0, 0, follow: true);
        long[] read = [0, 0];
        for (int round = 0; round < 4; round++)
        {
            for (int i = 0; i < before; i++)
            {
                WriteOne(journal, i % 2 == 0 ? OutputStream.StandardOutput : OutputStream.StandardError);
            }

            Take(reader, read, count: before / 2);
            for (int i = 0; i < 10_001; i++)
            {
                WriteOne(journal, i % 2 == 0 ? OutputStream.StandardError : OutputStream.StandardOutput);
            }

            Take(reader, read, count: round == 1 ? 100 : int.MaxValue);
        }

        Take(reader, read, int.MaxValue);
        Assert.Equal([journal.Writer.StandardOutput.End, journal.Writer.StandardError.End], read);
    }

    [Fact]
    public void TryRead_StreamsFellOutOfTheirWindow_TellsTheGap()
    {
        using JournalDirectory journal = new(64 * 1024, WindowFullPolicy.DropOldest, _time);
        MergedReader reader = new(journal.Reader, 0, 0, follow: true);
        Write(journal, OutputStream.StandardOutput, new byte[1_000_000]);
        OutputChunk gap = reader.TryRead()!.Value;
        Assert.Equal((0, journal.Writer.StandardOutput.Start), (gap.Data.Length, gap.MissedBytes));
        Assert.Equal(gap.MissedBytes, reader.TryRead()!.Value.Offset);
    }

    private void WriteOne(JournalDirectory journal, OutputStream stream)
    {
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Write(journal, stream, [(byte)stream]);
    }

    internal static void Write(JournalDirectory journal, OutputStream stream, byte[] bytes)
    {
        StreamJournal target = stream == OutputStream.StandardOutput ? journal.Writer.StandardOutput : journal.Writer.StandardError;
        Assert.True(journal.Writer.Order.Note(stream, target.End));
        Assert.Equal(bytes.Length, target.Append(bytes));
    }

    private static void Take(MergedReader reader, long[] read, int count)
    {
        for (int i = 0; i < count && reader.TryRead() is { } chunk; i++)
        {
            ref long offset = ref read[(int)chunk.Stream - 1];
            Assert.Equal(offset, chunk.Offset);
            Assert.Equal(0, chunk.MissedBytes);
            Assert.Equal(-1, chunk.Data.Span.IndexOfAnyExcept((byte)chunk.Stream));
            offset += chunk.Data.Length;
        }
    }
}

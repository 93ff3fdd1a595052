using Tether.Journal;

namespace Tether.Tests.Journal;

public sealed class StreamJournalTests
{
    private const int Window = 4096;

    [Fact]
    public void Close_Stream_IsNoLongerOpen()
    {
        using JournalDirectory journal = new(Window, WindowFullPolicy.DropOldest);
        Assert.True(journal.Reader.Positions(JournalSection.StandardOutput).IsOpen);
        journal.Writer.StandardOutput.Append(Bytes(0, 10));
        journal.Writer.StandardOutput.Close();
        Assert.Equal(new JournalPositions(0, 10, Window * 5 / 4, JournalFlags.None), journal.Reader.Positions(JournalSection.StandardOutput));
    }

    [Fact]
    public async Task Read_WhileTheWriterLapsTheReader_GivesTheBytesOrTheGapAndNeverOthers()
    {
        using JournalDirectory journal = new(64 * 1024, WindowFullPolicy.DropOldest);
        // Under Wine reads and writes of files take far longer.
        long size = OperatingSystem.IsWindows() ? 20_000_000 : 200_000_000;
        Task writing = Bounded.OnThread(() =>
        {
            while (journal.Writer.StandardOutput.End < size)
            {
                journal.Writer.StandardOutput.Append(Bytes(journal.Writer.StandardOutput.End, 16_000));
            }
        });
        await Bounded.OnThread(() =>
        {
            byte[] buffer = new byte[20_000];
            long offset = 0;
            long gaps = 0;
            while (offset < size)
            {
                int read = journal.Reader.Read(JournalSection.StandardOutput, offset, buffer, out long missed);
                Assert.True(read == 0 || missed == 0);
                Assert.True(Bytes(offset, read).AsSpan().SequenceEqual(buffer.AsSpan(0, read)));
                offset += read + missed;
                gaps += missed;
            }

            Assert.InRange(gaps, 0, size);
        }).Within();
        await writing.Within();
    }

    [Fact]
    public void Read_FileThatWasCutWhileItWasRead_IsCorrupt()
    {
        using JournalDirectory journal = new(Window, WindowFullPolicy.DropOldest);
        journal.Writer.StandardOutput.Append(Bytes(0, 1000));
        using (FileStream file = new(journal.PathOf("stdout.log"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(500);
        }

        Assert.Equal(400, journal.Reader.Read(JournalSection.StandardOutput, 0, new byte[400], out _));
        Assert.Throws<CorruptRecordException>(() => journal.Reader.Read(JournalSection.StandardOutput, 0, new byte[1000], out _));
        using (FileStream positions = new(journal.PathOf("positions"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            positions.SetLength(70);
        }

        Assert.Throws<CorruptRecordException>(() => journal.Reader.Read(JournalSection.StandardOutput, 0, new byte[1], out _));
    }

    /// <summary>Every offset has its own neighbourhood.</summary>
    internal static byte[] Bytes(long offset, int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            long at = offset + i;
            bytes[i] = (byte)(at ^ (at >> 8) ^ (at >> 16));
        }

        return bytes;
    }
}

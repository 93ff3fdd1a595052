using FsCheck;
using FsCheck.Fluent;
using Tether.Client;
using Tether.Journal;

namespace Tether.Tests.Journal;

/// <summary>What holds of both streams read together, whatever was written to which.</summary>
public sealed class MergedReaderPropertyTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void TryRead_PiecesOfBothStreams_ComeBackInOrderWithTheirTimes() => Prop.ForAll(Gen.Choose(-50, 50).Where(n => n != 0).ArrayOf().ToArbitrary(), pieces =>
    {
        using JournalDirectory journal = new(1024 * 1024, WindowFullPolicy.DropOldest, _time);
        List<(OutputStream, byte)> expected = [];
        MergedReader live = new(journal.Reader, 0, 0, follow: true);
        List<(OutputStream, byte)> seenLive = [];
        foreach (int piece in pieces)
        {
            OutputStream stream = piece > 0 ? OutputStream.StandardOutput : OutputStream.StandardError;
            byte[] bytes = [.. Enumerable.Range(expected.Count, Math.Abs(piece)).Select(n => (byte)n)];
            MergedReaderTests.Write(journal, stream, bytes);
            expected.AddRange(bytes.Select(b => (stream, b)));
            if (piece % 3 == 0)
            {
                Drain(live, seenLive);
            }

            if (piece % 2 == 0)
            {
                _time.Advance(TimeSpan.FromMilliseconds(1));
            }
        }

        Drain(live, seenLive);
        List<(OutputStream, byte)> seenLate = [];
        Drain(new MergedReader(journal.Reader, 0, 0, follow: false), seenLate);
        return seenLive.SequenceEqual(expected) && seenLate.SequenceEqual(expected);
    }).QuickCheckThrowOnFailure();

    private static void Drain(MergedReader reader, List<(OutputStream, byte)> seen)
    {
        while (reader.TryRead() is { } chunk)
        {
            Assert.NotNull(chunk.Time);
            foreach (byte b in chunk.Data.ToArray())
            {
                seen.Add((chunk.Stream, b));
            }
        }
    }
}

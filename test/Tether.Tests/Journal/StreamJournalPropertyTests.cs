using FsCheck;
using FsCheck.Fluent;
using Microsoft.Win32.SafeHandles;
using Tether.Journal;

namespace Tether.Tests.Journal;

/// <summary>What holds of a journal whatever is appended.</summary>
public sealed class StreamJournalPropertyTests
{
    private const int Window = 4096;

    /// <summary>Sizes of appended pieces: mostly small, some far larger than the window.</summary>
    private static readonly Arbitrary<int[]> Pieces = Gen.OneOf(Gen.Choose(1, 100), Gen.Choose(1, Window), Gen.Choose(Window, 5 * Window)).ArrayOf().ToArbitrary();

    [Fact]
    public void Append_DropOldest_WhatIsReadIsWhatWasAppendedAndTheGapIsExact() => Prop.ForAll(Pieces, pieces =>
    {
        using JournalDirectory journal = new(Window, WindowFullPolicy.DropOldest);
        long end = 0;
        foreach (int piece in pieces)
        {
            Assert.Equal(piece, journal.Writer.StandardOutput.Append(StreamJournalTests.Bytes(end, piece)));
            end += piece;
            JournalPositions positions = journal.Reader.Positions(JournalSection.StandardOutput);
            Assert.Equal(end, positions.End);
            Assert.True(end - positions.Start >= Math.Min(end, Window));
            Assert.True(end - positions.Start <= Window * 5 / 4);
            Assert.Equal(StreamJournalTests.Bytes(positions.Start, (int)(end - positions.Start)), journal.ReadFrom(positions.Start));
            if (positions.Start > 0)
            {
                Assert.Equal(0, journal.Reader.Read(JournalSection.StandardOutput, positions.Start - 1, new byte[10], out long missed));
                Assert.Equal(1, missed);
                Assert.Equal(0, journal.Reader.Read(JournalSection.StandardOutput, 0, new byte[10], out missed));
                Assert.Equal(positions.Start, missed);
            }
        }

        return new FileInfo(journal.PathOf("stdout.log")).Length <= Window * 5 / 4;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Append_Block_TakesWhatThereIsRoomForAndLosesNothing() => Prop.ForAll(Pieces, pieces =>
    {
        using JournalDirectory journal = new(Window, WindowFullPolicy.Block);
        long consumed = 0;
        long end = 0;
        foreach (int piece in pieces)
        {
            int appended = journal.Writer.StandardOutput.Append(StreamJournalTests.Bytes(end, piece));
            end += appended;
            Assert.Equal(Math.Min(piece, (int)(consumed + Window - (end - appended))), appended);
            JournalPositions positions = journal.Reader.Positions(JournalSection.StandardOutput);
            Assert.True(positions.Start <= consumed);
            Assert.Equal(appended < piece, (positions.Flags & JournalFlags.WaitsForReader) != 0);
            Assert.Equal(StreamJournalTests.Bytes(consumed, (int)(end - consumed)), journal.ReadFrom(consumed));
            consumed += (end - consumed) * (piece % 4) / 3;
            journal.Writer.StandardOutput.Release(consumed);
        }

        return true;
    }).QuickCheckThrowOnFailure();

    /// <summary>As on a disk that was full once: the journal has become as small as what was there.</summary>
    [Fact]
    public void TakeRest_SmallCapacity_HasPlaceForAPipeAndLosesNothing() => Prop.ForAll(Pieces, pieces =>
    {
        using JournalDirectory journal = new(Window, WindowFullPolicy.Block);
        using SafeFileHandle data = File.OpenHandle(journal.PathOf("stdout.log"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        using SafeFileHandle positions = File.OpenHandle(journal.PathOf("positions"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        StreamJournal writer = new(
            data, positions, JournalSection.StandardOutput, Window, WindowFullPolicy.Block, new JournalPositions(0, 0, Window, JournalFlags.Open));
        long consumed = 0;
        foreach (int piece in pieces)
        {
            writer.Append(StreamJournalTests.Bytes(writer.End, piece));
            consumed += (writer.End - consumed) * (piece % 4) / 3;
            writer.Release(consumed);
        }

        for (int rest = StreamJournal.LargestPipe; rest > 0;)
        {
            Assert.True(writer.TakeRest());
            int appended = writer.Append(StreamJournalTests.Bytes(writer.End, rest));
            Assert.NotEqual(0, appended);
            rest -= appended;
        }

        Assert.True(StreamJournalTests.Bytes(consumed, (int)(writer.End - consumed)).AsSpan().SequenceEqual(journal.ReadFrom(consumed)));
        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Append_Spill_KeepsEverythingAsAPlainFile() => Prop.ForAll(Pieces, pieces =>
    {
        using JournalDirectory journal = new(Window, WindowFullPolicy.Spill);
        foreach (int piece in pieces)
        {
            journal.Writer.StandardOutput.Append(StreamJournalTests.Bytes(journal.Writer.StandardOutput.End, piece));
        }

        byte[] expected = StreamJournalTests.Bytes(0, pieces.Sum());
        return expected.AsSpan().SequenceEqual(journal.ReadFrom(0)) && expected.AsSpan().SequenceEqual(File.ReadAllBytes(journal.PathOf("stdout.log")));
    }).QuickCheckThrowOnFailure();
}

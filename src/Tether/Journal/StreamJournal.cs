using Microsoft.Win32.SafeHandles;
using Tether.Platform;

namespace Tether.Journal;

/// <summary>
/// The writing end of one stream's journal: a file in which the byte with offset N stands at N modulo the capacity, and its group of
/// positions. The capacity is the window and one piece more, so that the place of the next piece is given up before that piece is
/// read, and one write of the positions per piece says both. With "block" there is place for a pipe's contents besides, which only the end of
/// the stream uses; with "spill" the capacity has no end and the file is the plain output.
/// </summary>
/// <remarks>Used by the keeper's one thread.</remarks>
internal sealed class StreamJournal
{
    /// <summary>The largest piece that is read from the program at once, in bytes.</summary>
    internal const int MaximumPiece = 256 * 1024;

    /// <summary>This much of each file is allocated from the start, so that a full disk makes a window small, never empty.</summary>
    internal const int ReservedSize = 4096;

    /// <summary>The largest size of a pipe (<c>pipe-max-size</c>), which is what can be left in it when nobody can write to it any more.</summary>
    internal const int LargestPipe = 1024 * 1024;

    private readonly SafeFileHandle _data;
    private readonly SafeFileHandle _positions;
    private readonly JournalSection _section;
    private readonly WindowFullPolicy _policy;
    private long _capacity;
    private int _piece;
    private int _restReserve;
    private JournalFlags _flags = JournalFlags.Open;

    /// <param name="data">The stream's file.</param>
    /// <param name="positions">The file <c>positions</c>.</param>
    /// <param name="section">The stream's group there.</param>
    /// <param name="window">How much can be read again, in bytes.</param>
    /// <param name="policy">What happens when the window is full.</param>
    /// <param name="written">How far another keeper came with these files; null for new ones.</param>
    internal StreamJournal(
        SafeFileHandle data, SafeFileHandle positions, JournalSection section, long window, WindowFullPolicy policy, JournalPositions? written = null)
    {
        _data = data;
        _positions = positions;
        _section = section;
        _policy = policy;
        _piece = (int)Math.Min(MaximumPiece, window / 4);
        _restReserve = policy == WindowFullPolicy.Block ? LargestPipe + _piece : 0;
        _capacity = policy == WindowFullPolicy.Spill ? long.MaxValue : window + _piece + _restReserve;
        if (written is { } positionsThen)
        {
            Continue(positionsThen);
        }

        Publish();
    }

    internal long Start { get; private set; }

    internal long End { get; private set; }

    /// <summary>Everything before this offset may give way (policy "block").</summary>
    internal long Released { get; private set; }

    internal bool IsOpen => (_flags & JournalFlags.Open) != 0;

    /// <summary>How long the file becomes, in bytes.</summary>
    internal long Capacity => _capacity;

    private long Window => _capacity - _piece;

    /// <summary>How many bytes the next piece may have. 0: the program has to wait for a reader.</summary>
    internal int Room()
    {
        if (_policy != WindowFullPolicy.Block)
        {
            return _piece;
        }

        int room = (int)Math.Clamp(Released + Window - _restReserve - End, 0, _piece);
        SetFlag(JournalFlags.WaitsForReader, room == 0);
        return room;
    }

    /// <summary>
    /// Appends what there is room for and returns how many bytes that was. Fewer than given: the window waits for a reader, or the disk
    /// is full and the policy lets nothing be dropped; the caller keeps the rest, lets the program wait and tries again.
    /// </summary>
    internal int Append(ReadOnlySpan<byte> bytes)
    {
        int appended = 0;
        while (appended < bytes.Length)
        {
            ReadOnlySpan<byte> piece = bytes.Slice(appended, Math.Min(bytes.Length - appended, Room()));
            if (piece.IsEmpty)
            {
                break;
            }

            GiveUpPlaceOf(piece.Length);
            if (TryWrite(piece))
            {
                End += piece.Length;
                Start = Math.Max(Start, End - Window);
                _flags = _policy == WindowFullPolicy.Spill ? _flags & ~JournalFlags.DiskFull : _flags;
            }
            else if (ShrinkToFit())
            {
                continue;
            }
            else if (_policy == WindowFullPolicy.DropOldest)
            {
                // Not even a place that was there could be written again: these bytes are a gap, and the program goes on.
                End += piece.Length;
                Start = End;
                _flags |= JournalFlags.DiskFull;
            }
            else
            {
                SetFlag(JournalFlags.DiskFull, true);
                break;
            }

            appended += piece.Length;
            Publish();
            FaultPoint.Reach("piece-published");
        }

        return appended;
    }

    /// <summary>
    /// The place of the next piece, when all of it was written once before: then its bytes can be put there without this class, and are in the
    /// journal with <see cref="Commit"/>. Readers know by then that what was there is gone. Null: use <see cref="Append"/>.
    /// </summary>
    /// <param name="length">What the piece has; it becomes less where the file ends.</param>
    internal long? PlaceOf(ref int length)
    {
        if (_policy == WindowFullPolicy.Spill || End < _capacity)
        {
            return null;
        }

        long place = End % _capacity;
        length = (int)Math.Min(length, _capacity - place);
        GiveUpPlaceOf(length);
        return place;
    }

    /// <summary>So many bytes stand at their <see cref="PlaceOf"/>.</summary>
    internal void Commit(int length)
    {
        End += length;
        Start = Math.Max(Start, End - Window);
        Publish();
        FaultPoint.Reach("piece-published");
    }

    /// <summary>
    /// The slowest reader has consumed everything before <paramref name="offset"/>. That goes back when one comes that starts behind the others: what
    /// was given up and stands there still is kept for it.
    /// </summary>
    internal void Release(long offset) => Released = Math.Clamp(offset, Start, End);

    /// <summary>The disk is full where the bytes' place in the order should be written, so that they have to wait.</summary>
    internal void ReportDiskFull() => SetFlag(JournalFlags.DiskFull, true);

    /// <summary>
    /// Nobody can write to the stream any more, and what is left in the pipe may go past the window: its keeper must not wait for a reader
    /// that may never come (policy "block"). False when a full disk leaves no place for it now.
    /// </summary>
    internal bool TakeRest()
    {
        _restReserve = 0;
        return Room() > 0 || TryExtend();
    }

    /// <summary>The stream has reached its end.</summary>
    internal void Close()
    {
        _flags &= JournalFlags.DiskFull;
        Publish();
    }

    /// <summary>Readers learn that bytes are gone before other bytes take their place.</summary>
    private void GiveUpPlaceOf(int length)
    {
        long start = End + length - _capacity;
        if (start > Start)
        {
            Start = start;
            Publish();
        }
    }

    private bool TryWrite(ReadOnlySpan<byte> piece)
    {
        try
        {
            long place = End % _capacity;
            int first = (int)Math.Min(piece.Length, _capacity - place);
            RandomAccess.Write(_data, piece[..first], place);
            FaultPoint.Reach("piece-half-written");
            RandomAccess.Write(_data, piece[first..], 0);
            FaultPoint.Reach("piece-written");
            return true;
        }
        catch (Exception error) when (error is IOException or ArgumentOutOfRangeException)
        {
            // The latter is .NET's word for EFBIG: the launcher's RLIMIT_FSIZE. Full, over quota or broken: in each case the piece is not
            // there, and what follows from that is the policy's to say.
            return false;
        }
    }

    /// <summary>
    /// The disk is full. As long as the stream has never wrapped, every byte stands at its own offset, so the capacity can become what is
    /// there already and every place stays true: the window is smaller from here on.
    /// </summary>
    private bool ShrinkToFit()
    {
        long capacity = Math.Max(End, ReservedSize);
        if (_policy == WindowFullPolicy.Spill || capacity >= _capacity)
        {
            return false;
        }

        ShrinkTo(capacity);
        _flags |= JournalFlags.DiskFull;
        return true;
    }

    /// <summary>
    /// The disk was full once, and the window became too small for what is left in the pipe. The file becomes a plain one from its next unused
    /// byte on: the byte with offset N stands at N, behind everything that a reader may still be looking at in the old layout, and where
    /// both layouts overlap they are the same. Nothing stands before it, and a hole costs no space.
    /// </summary>
    private bool TryExtend()
    {
        Span<byte> bytes = stackalloc byte[4096];
        try
        {
            HostPlatform.Current.AllowHoles(_data);
            int length;
            for (long at = Math.Max(Start, _capacity); at < End; at += length)
            {
                long place = at % _capacity;
                length = (int)Math.Min(Math.Min(bytes.Length, End - at), _capacity - place);
                if (RandomAccess.Read(_data, bytes[..length], place) < length)
                {
                    return false;
                }

                RandomAccess.Write(_data, bytes[..length], at);
            }
        }
        catch (Exception error) when (error is IOException or ArgumentOutOfRangeException)
        {
            return false;
        }

        _capacity = End + LargestPipe + _piece;
        SetFlag(JournalFlags.WaitsForReader, false);
        Publish();
        return true;
    }

    /// <summary>
    /// What readers had consumed is not known any more. It was at least what the program had to be let go on for; the rest is kept for the next
    /// reader. Less than that would leave no place for what is in the pipe at the program's end.
    /// </summary>
    private void Continue(JournalPositions written)
    {
        Start = written.Start;
        End = written.End;
        _flags = written.Flags & ~JournalFlags.WaitsForReader;
        if (written.Capacity < _capacity)
        {
            ShrinkTo(written.Capacity);
        }
        else
        {
            // Larger when the stream had ended on a disk that was full once (TryExtend).
            _capacity = written.Capacity;
        }

        Released = Math.Max(Start, End - (Window - _restReserve));
    }

    private void ShrinkTo(long capacity)
    {
        _capacity = capacity;
        // In whole entries, so that the order's window still starts with one.
        _piece = (int)Math.Min(_piece, capacity / 4) / OrderEntry.Size * OrderEntry.Size;
        _restReserve = (int)Math.Min(_restReserve, capacity / 4);
    }

    private void SetFlag(JournalFlags flag, bool value)
    {
        JournalFlags flags = value ? _flags | flag : _flags & ~flag;
        if (flags != _flags)
        {
            _flags = flags;
            Publish();
        }
    }

    private void Publish() => PositionsFile.Write(_positions, _section, new JournalPositions(Start, End, _capacity, _flags));
}

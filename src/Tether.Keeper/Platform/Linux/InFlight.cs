using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Journal;
using Tether.Platform.Linux;

namespace Tether.Keeper.Platform.Linux;

/// <summary>
/// One stream's piece between the pipe and the journal, in a place that outlives the keeper: a mapped part of the file <c>positions</c>.
/// A piece that was taken from the pipe is gone from there, so a keeper that is killed before it has journaled it would lose it. Before a
/// piece is taken, its offset and exact length are written down, and a random mark stands where its first bytes will be. A mark that still
/// stands says that nothing was taken; one that does not, that the whole piece was: read(2) of what a pipe already holds is all or nothing.
/// A large piece whose place in the journal was written before goes there at once, and so does its mark; its length is written down negative.
/// </summary>
/// <remarks>
/// The keeper's own code never touches the mapping, only system calls do: where its file was cut short, they fail with EFAULT, and no
/// SIGBUS is raised. Where the file cannot be mapped or made large enough, the place is plain memory, and a killed keeper loses the piece it held.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class InFlight : MemoryManager<byte>
{
    /// <summary>On the largest page size that Linux has on its usual machines.</summary>
    private const int FirstRegion = 64 * 1024;

    private const int RegionSize = 5 * 64 * 1024;

    /// <summary>Offset, length and mark, 64 bits each, the piece's first bytes next to them.</summary>
    private const int HeaderSize = 24;

    private const int MarkSize = 8;

    /// <summary>From this size on a piece goes to its place at once: for a small one the mark is a system call more, and a mapping that grows.</summary>
    private const int LargePiece = 16 * 1024;

    /// <summary>The part that has its place on the disk from the start, so that a full disk makes pieces small and stops none.</summary>
    private const int ReservedSize = 4096;

    private readonly SafeFileHandle _file;
    private readonly MappedJournal _journal;
    private readonly long _place;
    private bool _isMapped;
    private byte* _region;
    private ulong _mark = (ulong)Random.Shared.NextInt64();

    private InFlight(SafeFileHandle file, SafeFileHandle data, OutputStream stream)
    {
        _file = file;
        _journal = new MappedJournal(data);
        _place = FirstRegion + (((int)stream - 1) * (long)RegionSize);
        nint mapped = RandomAccess.GetLength(file) < _place + RegionSize
            ? Libc.MAP_FAILED
            : Libc.MapMemory(0, RegionSize, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED, file, (nint)_place);
        _isMapped = mapped != Libc.MAP_FAILED;
        _region = _isMapped ? (byte*)mapped : (byte*)NativeMemory.Alloc(RegionSize);
    }

    /// <summary>Gives both streams their places in a new file. A limit on file sizes (RLIMIT_FSIZE) that is in the way leaves plain memory for them.</summary>
    /// <exception cref="IOException">There is no space for them.</exception>
    internal static void Reserve(SafeFileHandle file)
    {
        if (Libc.Ftruncate(file, FirstRegion + (2 * RegionSize)) != 0)
        {
            int errno = Errno.Last();
            if (errno != Errno.EFBIG)
            {
                throw Errno.Failed("ftruncate", "positions", errno);
            }

            return;
        }

        for (int stream = 0; stream < 2; stream++)
        {
            long place = FirstRegion + (stream * (long)RegionSize);
            if (Libc.Fallocate(file, 0, place, ReservedSize) != 0 && Errno.Last() is not (Errno.EOPNOTSUPP or Errno.ENOSYS))
            {
                throw Errno.Failed("fallocate", "positions");
            }
        }
    }

    /// <summary>Whether the pipe held more than the last piece when that was taken.</summary>
    internal bool HasMore { get; private set; }

    internal static InFlight Open(SessionJournal journal, OutputStream stream) => new(journal.Positions, journal.Data(stream), stream);

    /// <summary>Whether the last piece stands in the journal.</summary>
    internal bool IsInPlace { get; private set; }

    /// <summary>
    /// Takes at most <paramref name="room"/> bytes from the pipe. Returns how many there were, 0 at the end of the stream, -1 when there is
    /// nothing now. They are in their place in the journal (<see cref="IsInPlace"/>), or stay at the start of
    /// <see cref="MemoryManager{T}.Memory"/> until the next call.
    /// </summary>
    internal int Receive(SafeFileHandle pipe, int room, StreamJournal journal)
    {
        int available = 0;
        _ = Libc.Ioctl(pipe, Libc.FIONREAD, &available);
        int direct = Math.Min(available, room) < LargePiece ? 0 : ReceiveInPlace(pipe, Math.Min(available, room), journal);
        IsInPlace = direct > 0;
        if (IsInPlace)
        {
            HasMore = available > direct;
            return direct;
        }

        long offset = journal.End;
        // Nothing there: the end of the stream, which a read tells from a pipe that is empty, or the byte that has just come.
        int length = Math.Clamp(available, 1, room);
        HasMore = available > length;
        while (true)
        {
            WriteHeader(offset, length);
            FaultPoint.Reach("piece-announced");
            nint read = Libc.Read(pipe, _region + HeaderSize, length);
            if (read > 0)
            {
                if (read < length)
                {
                    // The disk got full in the middle of the piece: the rest is in the pipe still.
                    WriteLength(read);
                }

                FaultPoint.Reach("piece-read");
                return (int)read;
            }

            if (read == 0)
            {
                return 0;
            }

            switch (Errno.Last())
            {
                case Errno.EINTR:
                    continue;
                case Errno.EFAULT when length > ReservedSize - HeaderSize:
                    length = ReservedSize - HeaderSize;
                    continue;
                case Errno.EFAULT when _isMapped:
                    // The file was cut short. The program must not wait for that.
                    Free();
                    _isMapped = false;
                    _region = (byte*)NativeMemory.Alloc(RegionSize);
                    continue;
                default:
                    return -1;
            }
        }
    }

    /// <summary>Little goes through the pipe any more.</summary>
    internal void Rest() => _journal.Dispose();

    /// <summary>What a keeper that was killed had taken from the pipe and not journaled.</summary>
    internal ReadOnlyMemory<byte> Recover(StreamJournal journal)
    {
        long end = journal.End;
        byte[] header = new byte[HeaderSize + MarkSize];
        if (!_isMapped || RandomAccess.Read(_file, header, _place) < header.Length)
        {
            return default;
        }

        long offset = BitConverter.ToInt64(header);
        long length = BitConverter.ToInt64(header, 8);
        bool isInPlace = length < 0;
        length = isInPlace ? -length : length;
        if (length is <= 0 or > StreamJournal.MaximumPiece || end < offset || end >= offset + length)
        {
            return default;
        }

        if (isInPlace)
        {
            byte[] piece = new byte[length];
            int there = RandomAccess.Read(_journal.File, piece, offset % journal.Capacity);
            bool isMarked = there < length || piece.AsSpan(0, MarkSize).SequenceEqual(header.AsSpan(HeaderSize - MarkSize, MarkSize));
            return isMarked ? default : piece.AsMemory((int)(end - offset));
        }

        int marked = (int)Math.Min(MarkSize, length);
        bool wasTaken = !header.AsSpan(HeaderSize, marked).SequenceEqual(header.AsSpan(HeaderSize - MarkSize, marked));
        return wasTaken ? Memory[(int)(end - offset)..(int)length] : default;
    }

    public override Span<byte> GetSpan() => new(_region + HeaderSize, StreamJournal.MaximumPiece);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_region + HeaderSize + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        _journal.Dispose();
        Free();
        _region = null;
    }

    private void Free()
    {
        if (_isMapped)
        {
            _ = Libc.UnmapMemory((nint)_region, RegionSize);
        }
        else
        {
            NativeMemory.Free(_region);
        }
    }

    /// <summary>0: that way is closed to this piece.</summary>
    private int ReceiveInPlace(SafeFileHandle pipe, int length, StreamJournal journal)
    {
        if (!_isMapped || journal.PlaceOf(ref length) is not { } place || length < LargePiece)
        {
            return 0;
        }

        byte* target = _journal.At(place, journal.Capacity);
        ulong mark = NextMark();
        // The mark first: a header that speaks of a mark which is not there would say that the piece was taken.
        if (target is null || Libc.PWrite(_journal.File, (byte*)&mark, MarkSize, place) != MarkSize)
        {
            return 0;
        }

        FaultPoint.Reach("piece-marked-in-place");
        ulong* header = stackalloc ulong[3] { (ulong)journal.End, (ulong)-(long)length, mark };
        _ = Libc.PWrite(_file, (byte*)header, HeaderSize, _place);
        FaultPoint.Reach("piece-announced-in-place");
        nint read = Libc.Read(pipe, target, length);
        if (read <= 0)
        {
            // A signal, or the file was cut short: nothing was taken.
            return 0;
        }

        if (read < length)
        {
            WriteLength(-read);
        }

        FaultPoint.Reach("piece-read-in-place");
        return (int)read;
    }

    /// <summary>Any change makes a mark that the bytes before it had not; a program cannot know it.</summary>
    private ulong NextMark() => _mark = (_mark * 6364136223846793005) + 1442695040888963407;

    private void WriteHeader(long offset, int length)
    {
        NextMark();
        ulong* header = stackalloc ulong[4] { (ulong)offset, (ulong)length, _mark, _mark };
        int size = HeaderSize + Math.Min(MarkSize, length);
        if (_isMapped)
        {
            // On a broken disk the piece is taken all the same, and only a keeper that is killed now would lose it.
            _ = Libc.PWrite(_file, (byte*)header, size, _place);
        }
    }

    private void WriteLength(long length) => _ = Libc.PWrite(_file, (byte*)&length, sizeof(long), _place + sizeof(long));
}

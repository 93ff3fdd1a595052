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

    /// <summary>The part that has its place on the disk from the start, so that a full disk makes pieces small and stops none.</summary>
    private const int ReservedSize = 4096;

    private readonly SafeFileHandle _file;
    private readonly long _place;
    private bool _isMapped;
    private byte* _region;
    private ulong _mark = (ulong)Random.Shared.NextInt64();

    private InFlight(SafeFileHandle file, OutputStream stream)
    {
        _file = file;
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

    internal static InFlight Open(SafeFileHandle file, OutputStream stream) => new(file, stream);

    /// <summary>
    /// Takes at most <paramref name="room"/> bytes from the pipe. Returns how many there were, 0 at the end of the stream, -1 when there is
    /// nothing now. They stay where they are, at the start of <see cref="MemoryManager{T}.Memory"/>, until the next call.
    /// </summary>
    internal int Receive(SafeFileHandle pipe, int room, long offset)
    {
        int available = 0;
        _ = Libc.Ioctl(pipe, Libc.FIONREAD, &available);
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

    /// <summary>What a keeper that was killed had taken from the pipe and not journaled, when the journal ends at <paramref name="end"/>.</summary>
    internal ReadOnlyMemory<byte> Recover(long end)
    {
        byte[] header = new byte[HeaderSize + MarkSize];
        if (!_isMapped || RandomAccess.Read(_file, header, _place) < header.Length)
        {
            return default;
        }

        long offset = BitConverter.ToInt64(header);
        long length = BitConverter.ToInt64(header, 8);
        if (length is <= 0 or > StreamJournal.MaximumPiece || end < offset || end >= offset + length)
        {
            return default;
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

    private void WriteHeader(long offset, int length)
    {
        // Any change makes a mark that the bytes before it had not; a program cannot know it.
        _mark = (_mark * 6364136223846793005) + 1442695040888963407;
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

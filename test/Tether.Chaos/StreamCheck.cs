using System.Buffers.Binary;
using Tether.TestProgram;

namespace Tether.Chaos;

/// <summary>
/// Checks one stream of the pattern, byte by byte, and writes down how far it came after each piece, so that the next client goes on there
/// when this one is killed. A byte that is not the next one must be explained: by input that was given twice (echo), and then the record's
/// count of bytes in doubt must cover it; nothing else explains it.
/// </summary>
internal sealed class StreamCheck : IDisposable
{
    private const int Overlap = 16;
    private const int Furthest = 2 * 1024 * 1024;
    private readonly FileStream _file;
    private readonly ulong _seed;
    private readonly bool _isEcho;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly byte[] _expected = new byte[64 * 1024];
    private readonly long[] _state = new long[6];
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _awaited = long.MaxValue;

    internal StreamCheck(string file, ulong seed, bool isEcho)
    {
        _file = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        _seed = seed;
        _isEcho = isEcho;
        byte[] bytes = new byte[_state.Length * sizeof(long)];
        if (_file.Read(bytes) == bytes.Length)
        {
            for (int i = 0; i < _state.Length; i++)
            {
                _state[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(i * sizeof(long)));
            }
        }
    }

    /// <summary>The offset in the stream behind what was checked.</summary>
    internal ref long Offset => ref _state[0];

    /// <summary>The position in the pattern that is expected next.</summary>
    internal ref long Position => ref _state[1];

    internal ref long Doubled => ref _state[2];

    internal ref long Gaps => ref _state[3];

    internal ref long GapBytes => ref _state[4];

    internal ref long Losses => ref _state[5];

    /// <summary>Ends when everything before that position in the pattern was checked. To be asked once.</summary>
    internal Task ReachesAsync(long position)
    {
        Interlocked.Exchange(ref _awaited, position);
        TellPosition();
        return _reached.Task;
    }

    /// <summary>Reads and checks what comes, to the end of the stream.</summary>
    internal async Task ReadAsync(OutputReadStream stream, CancellationToken cancellationToken)
    {
        int held = 0;
        while (true)
        {
            int read;
            try
            {
                read = await stream.ReadAsync(_buffer.AsMemory(held), cancellationToken);
            }
            catch (OutputGapException gap)
            {
                Gap(gap, held);
                held = 0;
                continue;
            }

            if (read == 0)
            {
                return;
            }

            held = Check(_buffer.AsSpan(0, held + read));
            // What is held is read again by the next client, and by the next reader here.
            Offset = stream.Position - held;
            Save();
        }
    }

    /// <summary>Bytes fell out of the window: exactly so many, and the pattern goes on behind them.</summary>
    internal void Gap(OutputGapException gap, int held = 0)
    {
        Gaps++;
        GapBytes += gap.MissedBytes;
        Position += gap.MissedBytes + held;
        Offset = gap.AvailableOffset;
        Save();
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Returns how many bytes at the end are too few to tell where they belong.</summary>
    private int Check(Span<byte> bytes)
    {
        Span<byte> rest = bytes;
        while (!rest.IsEmpty)
        {
            BytePattern.Fill(_expected.AsSpan(0, rest.Length), Position, _seed);
            int same = rest.CommonPrefixLength(_expected.AsSpan(0, rest.Length));
            Position += same;
            rest = rest[same..];
            if (rest.Length < Overlap)
            {
                break;
            }

            long found = _isEcho ? Find(rest[..Overlap]) : -1;
            if (found < 0 || found > Position)
            {
                Losses++;
                Save();
                throw new InvalidDataException($"At offset {Offset} and position {Position}: the bytes are not those that follow (found at {found}).");
            }

            Doubled += Position - found;
            Position = found;
        }

        rest.CopyTo(bytes);
        return rest.Length;
    }

    private long Find(ReadOnlySpan<byte> bytes)
    {
        long from = Math.Max(0, Position - Furthest);
        byte[] sent = new byte[Position - from + Furthest];
        BytePattern.Fill(sent, from, _seed);
        int at = sent.AsSpan(0, (int)(Position - from) + Overlap).LastIndexOf(bytes);
        at = at < 0 ? sent.AsSpan().IndexOf(bytes) : at;
        return at < 0 ? -1 : from + at;
    }

    private void Save()
    {
        byte[] bytes = new byte[_state.Length * sizeof(long)];
        for (int i = 0; i < _state.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), _state[i]);
        }

        _file.Position = 0;
        _file.Write(bytes);
        TellPosition();
    }

    private void TellPosition()
    {
        if (Interlocked.Read(ref Position) >= Interlocked.Read(ref _awaited))
        {
            _reached.TrySetResult();
        }
    }
}

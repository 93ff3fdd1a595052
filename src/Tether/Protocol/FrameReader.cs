namespace Tether.Protocol;

/// <summary>Reads frames from a connection, one after another. For one reader at a time.</summary>
internal sealed class FrameReader(Stream connection)
{
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>The type of the last frame.</summary>
    internal FrameType Type { get; private set; }

    /// <summary>The payload of the last frame, until the next is read.</summary>
    internal ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>Reads the next frame. False when the other side has closed the connection.</summary>
    /// <exception cref="ProtocolException">A frame is larger than the limit.</exception>
    internal async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        while (!TryTake())
        {
            MakeRoom();
            int read = await connection.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    private bool TryTake()
    {
        if (!Frame.TryRead(_buffer.AsSpan(_start, _end - _start), Frame.MaximumPayload, out FrameType type, out ReadOnlySpan<byte> payload, out int length))
        {
            return false;
        }

        Type = type;
        Payload = _buffer.AsMemory(_start + Frame.HeaderSize, payload.Length);
        _start += length;
        return true;
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _buffer.Length)
        {
            // Doubled at most to twice the largest frame, as no larger one passes the check of its length.
            byte[] target = _start > 0 ? _buffer : new byte[_buffer.Length * 2];
            Buffer.BlockCopy(_buffer, _start, target, 0, _end - _start);
            _end -= _start;
            _start = 0;
            _buffer = target;
        }
    }
}

using System.Net.Sockets;
using Tether.Protocol;

namespace Tether.Fuzz;

/// <summary>A connection to a keeper's endpoint without the library: it sends any bytes, and reads frames. Every wait is bounded.</summary>
internal sealed class RawConnection : IDisposable
{
    private const int Patience = 30_000;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendTimeout = Patience, ReceiveTimeout = Patience };
    private readonly byte[] _received = new byte[128 * 1024];
    private int _start;
    private int _end;

    internal RawConnection(string path)
    {
        long deadline = Environment.TickCount64 + Patience;
        while (true)
        {
            try
            {
                _socket.Connect(new UnixDomainSocketEndPoint(path));
                return;
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.WouldBlock && Environment.TickCount64 < deadline)
            {
                // The keeper's queue is full; it is being emptied.
                Thread.Yield();
            }
        }
    }

    /// <summary>Sends all of it. False when the keeper has closed the connection.</summary>
    internal bool Send(ReadOnlySpan<byte> bytes)
    {
        long deadline = Environment.TickCount64 + Patience;
        while (!bytes.IsEmpty)
        {
            int sent = _socket.Send(bytes, SocketFlags.None, out SocketError error);
            if (error != SocketError.Success)
            {
                // By the clock: a connection that ends in the middle of a send can be reported as a time-out, too.
                FuzzFailureException.ThrowIf(Environment.TickCount64 >= deadline, $"A keeper took no bytes for {Patience / 1000} s ({error}).");
                return false;
            }

            bytes = bytes[sent..];
        }

        return true;
    }

    /// <summary>The next frame, valid until the next call. False at the end of the connection.</summary>
    internal bool TryReceive(out FrameType type, out ReadOnlySpan<byte> payload)
    {
        while (!Frame.TryRead(_received.AsSpan(_start, _end - _start), Frame.MaximumPayload, out type, out payload, out int length) || !Take(length))
        {
            if (_end == _received.Length || _start == _end)
            {
                _received.AsSpan(_start, _end - _start).CopyTo(_received);
                (_start, _end) = (0, _end - _start);
            }

            int count = _socket.Receive(_received.AsSpan(_end), SocketFlags.None, out SocketError error);
            FuzzFailureException.ThrowIf(error is not (SocketError.Success or SocketError.ConnectionReset or SocketError.Shutdown), $"A keeper said nothing for {Patience / 1000} s ({error}).");
            if (count == 0)
            {
                return false;
            }

            _end += count;
        }

        return true;
    }

    public void Dispose() => _socket.Dispose();

    private bool Take(int length)
    {
        _start += length;
        return true;
    }
}

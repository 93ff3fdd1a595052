using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Linux;
using Tether.Protocol;

namespace Tether.Keeper.Platform.Linux;

/// <summary>A client on a Unix domain socket. Memory per client is bounded: one unfinished frame in, <see cref="MaximumUnsent"/> out.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SocketClient(SafeFileHandle socket, ulong id) : KeeperClient, IDisposable
{
    /// <summary>A client that leaves this many bytes unread loses its connection. A frame to it is at most a few hundred.</summary>
    internal const int MaximumUnsent = 64 * 1024;

    private readonly UnfinishedFrame _unfinished = new();
    private byte[] _unsent = [];
    private bool _isDeaf;

    internal SafeFileHandle Socket { get; } = socket;

    internal ulong Id { get; } = id;

    /// <summary>
    /// The connection is to be taken out of the loop: it broke, or it was closed. A client that went away is not gone by that: what it had
    /// sent is still in the socket, and the end of the connection stands behind it.
    /// </summary>
    internal bool IsGone { get; private set; }

    internal bool HasUnsent => _unsent.Length > 0;

    /// <summary>Whether the loop was asked to say when the socket takes bytes again.</summary>
    internal bool IsWatchedForWriting { get; set; }

    /// <summary>Not before this long after the start of the machine, for a client that has not said hello.</summary>
    internal long HelloDeadline { get; set; } = long.MaxValue;

    internal override void Send(ReadOnlySpan<byte> frame)
    {
        if (IsGone || _isDeaf)
        {
            return;
        }

        if (_unsent.Length == 0)
        {
            frame = frame[TrySend(frame)..];
        }

        if (frame.IsEmpty || IsGone || _isDeaf)
        {
            return;
        }

        if (_unsent.Length + frame.Length > MaximumUnsent)
        {
            IsGone = true;
            return;
        }

        _unsent = [.. _unsent, .. frame];
    }

    /// <summary>The socket takes bytes again.</summary>
    internal void Flush()
    {
        int sent = IsGone ? 0 : TrySend(_unsent);
        _unsent = IsGone || _isDeaf ? [] : _unsent[sent..];
    }

    internal override void Close() => IsGone = true;

    /// <summary>Takes what the client has sent and hands its whole frames to the session. False when there was nothing.</summary>
    internal unsafe bool Receive(Span<byte> buffer, Session session)
    {
        int filled;
        fixed (byte* start = buffer)
        {
            nint received;
            if (_unfinished.IsEmpty)
            {
                received = Libc.Receive(Socket, start, buffer.Length, Libc.MSG_DONTWAIT);
                filled = (int)received;
            }
            else
            {
                received = _unfinished.Receive(Socket, start, buffer.Length, out filled);
            }

            if (received <= 0)
            {
                IsGone |= received == 0 || Errno.Last() is not (Errno.EAGAIN or Errno.EINTR);
                return false;
            }
        }

        try
        {
            Take(buffer[..filled], session);
        }
        catch (ProtocolException error)
        {
            session.Refuse(this, error);
        }

        return true;
    }

    public void Dispose()
    {
        _unfinished.Dispose();
        Socket.Dispose();
    }

    private void Take(ReadOnlySpan<byte> bytes, Session session)
    {
        if (!_unfinished.IsEmpty)
        {
            bytes = bytes[_unfinished.Add(bytes)..];
            if (!_unfinished.IsWhole(out FrameType type, out ReadOnlySpan<byte> payload))
            {
                return;
            }

            session.OnFrame(this, type, payload);
            _unfinished.Clear();
        }

        while (!IsGone && Frame.TryRead(bytes, Frame.MaximumPayload, out FrameType type, out ReadOnlySpan<byte> payload, out int length))
        {
            session.OnFrame(this, type, payload);
            bytes = bytes[length..];
        }

        _unfinished.Add(bytes);
    }

    private unsafe int TrySend(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            nint sent;
            do
            {
                sent = Libc.Send(Socket, start, bytes.Length, Libc.MSG_DONTWAIT | Libc.MSG_NOSIGNAL);
            }
            while (sent < 0 && Errno.Last() == Errno.EINTR);

            if (sent < 0)
            {
                int errno = Errno.Last();
                _isDeaf |= errno is Errno.EPIPE or Errno.ECONNRESET;
                IsGone |= !_isDeaf && errno != Errno.EAGAIN;
                return 0;
            }

            return (int)sent;
        }
    }
}

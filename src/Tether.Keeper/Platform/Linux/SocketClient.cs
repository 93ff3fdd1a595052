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

    private byte[] _unfinished = [];
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
        // What is left of the last frame goes first, so that frames are always parsed in one piece.
        _unfinished.CopyTo(buffer);
        int filled = _unfinished.Length;
        fixed (byte* start = buffer)
        {
            nint received = Libc.Receive(Socket, start + filled, buffer.Length - filled, Libc.MSG_DONTWAIT);
            if (received <= 0)
            {
                IsGone |= received == 0 || Errno.Last() is not (Errno.EAGAIN or Errno.EINTR);
                return false;
            }

            filled += (int)received;
        }

        ReadOnlySpan<byte> bytes = buffer[..filled];
        try
        {
            while (!IsGone && Frame.TryRead(bytes, Frame.MaximumPayload, out FrameType type, out ReadOnlySpan<byte> payload, out int length))
            {
                session.OnFrame(this, type, payload);
                bytes = bytes[length..];
            }
        }
        catch (ProtocolException error)
        {
            session.Refuse(this, error);
        }

        _unfinished = bytes.ToArray();
        return true;
    }

    public void Dispose() => Socket.Dispose();

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

using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Linux;
using Tether.Protocol;

namespace Tether.Keeper.Platform.Linux;

/// <summary>A client on a Unix domain socket.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SocketClient(SafeFileHandle socket, ulong id) : KeeperClient, IDisposable
{
    private readonly UnfinishedFrame _unfinished = new();
    private byte[] _unsent = [];

    internal SafeFileHandle Socket { get; } = socket;

    internal ulong Id { get; } = id;

    internal override bool HasUnsent => _unsent.Length > 0;

    /// <summary>The events that the loop was asked to tell of.</summary>
    internal uint Watched { get; set; } = Libc.EPOLLIN;

    /// <summary>The events that it is to tell of: of a closed connection only that it takes bytes again.</summary>
    internal uint Wanted => (IsClosed ? 0 : Libc.EPOLLIN) | (HasUnsent ? Libc.EPOLLOUT : 0);

    internal override void Send(ReadOnlySpan<byte> frame)
    {
        if (IsClosed || IsDeaf)
        {
            return;
        }

        if (_unsent.Length == 0)
        {
            frame = frame[TrySend(frame)..];
        }

        if (frame.IsEmpty || IsClosed || IsDeaf)
        {
            return;
        }

        if (_unsent.Length + frame.Length > MaximumUnsent)
        {
            Break();
            return;
        }

        _unsent = [.. _unsent, .. frame];
    }

    /// <summary>The socket takes bytes again, or never will.</summary>
    internal void Flush()
    {
        int sent = TrySend(_unsent);
        _unsent = IsDeaf ? [] : _unsent[sent..];
    }

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
                if (received == 0 || Errno.Last() is not (Errno.EAGAIN or Errno.EINTR))
                {
                    Break();
                }

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

        while (!IsClosed && Frame.TryRead(bytes, Frame.MaximumPayload, out FrameType type, out ReadOnlySpan<byte> payload, out int length))
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
                if (errno is Errno.EPIPE or Errno.ECONNRESET)
                {
                    // What the client had sent before it went is read first.
                    IsDeaf = true;
                }
                else if (errno != Errno.EAGAIN)
                {
                    Break();
                }

                return 0;
            }

            return (int)sent;
        }
    }
}

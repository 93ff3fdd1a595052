using System.Net.Sockets;

namespace Tether.Platform.Linux;

/// <content>Waiting for what will happen, without taking anything.</content>
internal sealed partial class UnixConnection
{
    internal override int Available
    {
        get
        {
            try
            {
                return _socket.Available;
            }
            catch (SocketException error)
            {
                throw Failed("Looking for bytes", error.SocketErrorCode);
            }
        }
    }

    internal override bool WaitForBytes(TimeSpan timeout)
    {
        ObjectDisposedException.ThrowIf(Ends.HasFlag(ConnectionEnds.Closed), typeof(LocalSocket));
        if (Wait(Libc.POLLIN, timeout) == 0)
            return false;

        ObjectDisposedException.ThrowIf(Ends.HasFlag(ConnectionEnds.Closed), typeof(LocalSocket));
        return HasBytes();
    }

    internal override async ValueTask<bool> WaitForBytesAsync(CancellationToken cancellationToken)
    {
        try
        {
            // An empty receive waits for bytes or the end, and takes none.
            await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException error)
        {
            throw Failed("Waiting", error.SocketErrorCode);
        }

        return HasBytes();
    }

    internal override bool WaitForEnd(TimeSpan timeout)
    {
        ObjectDisposedException.ThrowIf(Ends.HasFlag(ConnectionEnds.Closed), typeof(LocalSocket));
        if ((Wait(0, timeout) & Libc.POLLHUP) == 0)
            return false;

        ObjectDisposedException.ThrowIf(Ends.HasFlag(ConnectionEnds.Closed), typeof(LocalSocket));
        End(ConnectionEnds.Lost);
        return true;
    }

    private short Wait(short events, TimeSpan timeout)
    {
        try
        {
            return UnixPoll.Wait(_socket.SafeHandle, events, timeout);
        }
        catch (ObjectDisposedException)
        {
            throw new ObjectDisposedException(nameof(LocalSocket));
        }
    }

    /// <summary>Looks at the next byte and leaves it where it is.</summary>
    private unsafe bool HasBytes()
    {
        byte next;
        nint count;
        int errno = 0;
        do
        {
            count = Libc.Receive(_socket.SafeHandle, &next, 1, Libc.MSG_PEEK | Libc.MSG_DONTWAIT);
            if (count < 0)
                errno = Errno.Last();
        }
        while (count < 0 && errno == Errno.EINTR);

        // Another reader may have taken what there was.
        return count >= 0 ? Seen((int)count) > 0
            : errno == Errno.EAGAIN ? false
            : throw Failed("Looking for bytes", errno == Errno.ECONNRESET ? SocketError.ConnectionReset : SocketError.SocketError);
    }
}

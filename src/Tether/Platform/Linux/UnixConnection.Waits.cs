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
                throw Failed("Looking for bytes", error.NativeErrorCode);
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
        // Another reader may have taken what there was.
        while (await RunAsync(_reading, SocketOperationKind.Look, Memory<byte>.Empty, cancellationToken).ConfigureAwait(false) > 0)
        {
            if (HasBytes())
                return true;
        }

        return false;
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
    private bool HasBytes()
    {
        Span<byte> next = stackalloc byte[1];
        int result = StreamSocket.Receive(_handle, next, Libc.MSG_PEEK | Libc.MSG_DONTWAIT);
        // Another reader may have taken what there was.
        return result != -Errno.EAGAIN && ResultOf(SocketOperationKind.Look, result) > 0;
    }
}

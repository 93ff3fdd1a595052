using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>A connected Unix domain socket. Synchronous calls are one system call each as long as no asynchronous one was made.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class UnixConnection : LocalConnection
{
    private readonly Socket _socket;

    /// <summary>Takes the socket over, also when it throws.</summary>
    /// <exception cref="LocalSocketException">The socket is not a connected Unix domain socket.</exception>
    internal UnixConnection(Socket socket)
    {
        _socket = socket;
        try
        {
            Peer = UnixCredentials.Of(socket);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new LocalSocketException(LocalSocketError.NotSupported,
                "The peer of the socket cannot be identified: it is not a connected Unix domain socket.", error);
        }
    }

    internal override PeerCredentials Peer { get; }

    internal override SafeHandle Handle => _socket.SafeHandle;

    internal override int ReadTimeout
    {
        get => FromSocket(_socket.ReceiveTimeout);
        set => _socket.ReceiveTimeout = value;
    }

    internal override int WriteTimeout
    {
        get => FromSocket(_socket.SendTimeout);
        set => _socket.SendTimeout = value;
    }

    internal override int Read(Span<byte> buffer)
    {
        int count = _socket.Receive(buffer, SocketFlags.None, out SocketError error);
        return error == SocketError.Success ? Seen(count) : throw Failed("Reading", error);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return Seen(await _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false));
        }
        catch (SocketException error)
        {
            throw Failed("Reading", error.SocketErrorCode);
        }
    }

    internal override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int count = _socket.Send(buffer, SocketFlags.None, out SocketError error);
            if (error != SocketError.Success)
                throw Failed("Writing", error);

            buffer = buffer[count..];
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            while (!buffer.IsEmpty)
                buffer = buffer[await _socket.SendAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
        }
        catch (SocketException error)
        {
            throw Failed("Writing", error.SocketErrorCode);
        }
    }

    internal override void CompleteWrites() => Shutdown(SocketShutdown.Send);

    internal override void Disconnect() => Shutdown(SocketShutdown.Both);

    public override void Dispose()
    {
        if (!End(ConnectionEnds.Closed))
            return;

        try
        {
            // A process that is being forked right now, or was by a library and goes on without an exec, has a copy of the handle: closing this
            // one alone would keep the connection, and its peer waiting, for as long.
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.NotConnected)
        {
            // Ended already, which is all that was asked for.
        }
        finally
        {
            _socket.Dispose();
        }
    }

    private int Seen(int count)
    {
        if (count > 0)
            return count;

        // The shutdown of this side's own Dispose ends a read that waits like the peer's end does.
        ObjectDisposedException.ThrowIf(Ends.HasFlag(ConnectionEnds.Closed), typeof(LocalSocket));
        End(ConnectionEnds.Reading);
        return 0;
    }

    private void Shutdown(SocketShutdown how)
    {
        try
        {
            _socket.Shutdown(how);
        }
        catch (SocketException error)
        {
            throw Failed("Shutting down", error.SocketErrorCode);
        }
    }

    // Socket's zero is Stream's -1.
    private static int FromSocket(int timeout) => timeout == 0 ? Timeout.Infinite : timeout;

    private Exception Failed(string operation, SocketError error)
    {
        if (Ends.HasFlag(ConnectionEnds.Closed))
            return new ObjectDisposedException(nameof(LocalSocket));

        LocalSocketError kind = error switch
        {
            SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted or SocketError.NotConnected
                => LocalSocketError.PeerClosed,
            SocketError.TimedOut or SocketError.WouldBlock => LocalSocketError.TimedOut,
            SocketError.NoBufferSpaceAvailable or SocketError.TooManyOpenSockets => LocalSocketError.ResourceExhausted,
            SocketError.AccessDenied => LocalSocketError.AccessDenied,
            _ => LocalSocketError.Unknown,
        };
        if (kind == LocalSocketError.PeerClosed)
            End(ConnectionEnds.Lost);

        string reason = kind switch
        {
            LocalSocketError.PeerClosed => $"process {Peer.ProcessId} at the other end has closed the connection",
            LocalSocketError.TimedOut => "the time-out ran out",
            _ => new SocketException((int)error).Message,
        };
        return new LocalSocketException(kind, $"{operation} on a local socket failed: {reason}.", new SocketException((int)error));
    }
}

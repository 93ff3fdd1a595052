using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>
/// A connected Unix domain socket. It stays blocking: a synchronous call is one system call, an asynchronous one asks not to wait, and for what
/// is not there yet waits with the reactor. Before a read sleeps it looks again for a moment (<see cref="BusyPoll"/>). .NET's <see cref="Socket"/>
/// owns the descriptor, and would take two threads more for a byte.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class UnixConnection : LocalConnection, IWatchedSocket
{
    private readonly Socket _socket;
    private readonly SafeSocketHandle _handle;
    private readonly SocketDirection _reading;
    private readonly SocketDirection _writing;
    private readonly Lock _watching = new();
    private ulong _tag;
    private uint _watched;
    private BusyPoll _busyPoll;

    /// <summary>Takes the socket over, also when it throws.</summary>
    /// <exception cref="LocalSocketException">The socket is not a connected Unix domain socket.</exception>
    internal UnixConnection(Socket socket)
    {
        _socket = socket;
        _handle = socket.SafeHandle;
        _reading = new SocketDirection(this, Libc.EPOLLIN);
        _writing = new SocketDirection(this, Libc.EPOLLOUT);
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

    internal override SafeHandle Handle => _handle;

    SafeHandle IWatchedSocket.Handle => _handle;

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
        try
        {
            return ResultOf(SocketOperationKind.Receive, Receive(buffer));
        }
        catch (ObjectDisposedException)
        {
            throw new ObjectDisposedException(nameof(LocalSocket));
        }
    }

    internal override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        RunAsync(_reading, SocketOperationKind.Receive, buffer, cancellationToken);

    internal override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            ResultOf(SocketOperationKind.Send, -StreamSocket.Send(_handle, buffer, 0, out _));
        }
        catch (ObjectDisposedException)
        {
            throw new ObjectDisposedException(nameof(LocalSocket));
        }
    }

    internal override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            SocketOperation operation = _writing.Start(SocketOperationKind.Send, MemoryMarshal.AsMemory(buffer), cancellationToken, out bool isDone);
            if (!isDone)
                return new ValueTask(operation, operation.Version);

            operation.Take();
            return ValueTask.CompletedTask;
        }
        catch (Exception error)
        {
            return ValueTask.FromException(OfStart(error));
        }
    }

    public void OnReady(uint events, IReactor reactor)
    {
        SocketOperation? done = (events & ~Libc.EPOLLOUT) != 0 ? _reading.Advance(null) : null;
        done = (events & ~Libc.EPOLLIN) != 0 ? _writing.Advance(done) : done;
        while (done is not null)
        {
            // Only the last one here: what the others go on with may be what that one waits for.
            SocketOperation? next = done.Next;
            done.Next = null;
            done.Complete(inline: next is null && reactor.MayRunOthersCode());
            done = next;
        }
    }

    /// <summary>Has the reactor tell of the event from now on.</summary>
    /// <exception cref="IOException">The system watches no more files.</exception>
    internal void Watch(uint awaited)
    {
        lock (_watching)
        {
            if ((_watched & awaited) != 0)
                return;

            if (_tag == 0)
                _tag = SocketReactor.Instance.Add(this, _watched | awaited);
            else
                SocketReactor.Instance.Watch(this, _tag, _watched | awaited);

            _watched |= awaited;
        }
    }

    internal void Unwatch(uint awaited)
    {
        lock (_watching)
        {
            if ((_watched & awaited) == 0)
                return;

            try
            {
                SocketReactor.Instance.Watch(this, _tag, _watched & ~awaited);
                _watched &= ~awaited;
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException)
            {
                // Closed meanwhile.
            }
        }
    }

    /// <summary>What a caller gets for what the system has answered: a count, or errno negated.</summary>
    /// <exception cref="LocalSocketException">It was an error.</exception>
    internal int ResultOf(SocketOperationKind kind, int result)
    {
        if (result >= 0)
            return kind == SocketOperationKind.Send ? result : Seen(result);

        string operation = kind switch
        {
            SocketOperationKind.Receive => "Reading",
            SocketOperationKind.Send => "Writing",
            _ => "Looking for bytes",
        };
        throw Failed(operation, -result);
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
            _reading.End();
            _writing.End();
            if (_tag != 0)
                SocketReactor.Instance.Remove(this, _tag);

            _socket.Dispose();
        }
    }

    private int Receive(Span<byte> buffer)
    {
        long end = _busyPoll.Begin();
        if (end != 0)
        {
            int result;
            do
            {
                result = StreamSocket.Receive(_handle, buffer, Libc.MSG_DONTWAIT);
            }
            while (result == -Errno.EAGAIN && BusyPoll.GoesOn(end));

            _busyPoll.Ended(end, found: result != -Errno.EAGAIN);
            if (result != -Errno.EAGAIN)
                return result;
        }

        return StreamSocket.Receive(_handle, buffer, 0);
    }

    private static ValueTask<int> RunAsync(SocketDirection direction, SocketOperationKind kind, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            SocketOperation operation = direction.Start(kind, buffer, cancellationToken, out bool isDone);
            return isDone ? ValueTask.FromResult(operation.Take()) : new ValueTask<int>(operation, operation.Version);
        }
        catch (Exception error)
        {
            return ValueTask.FromException<int>(OfStart(error));
        }
    }

    private static Exception OfStart(Exception error) => error switch
    {
        ObjectDisposedException => new ObjectDisposedException(nameof(LocalSocket)),
        IOException and not LocalSocketException => new LocalSocketException(
            LocalSocketError.ResourceExhausted, $"Waiting for a local socket failed: {error.Message}", error),
        _ => error,
    };

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
            throw Failed("Shutting down", error.NativeErrorCode);
        }
    }

    // Socket's zero is Stream's -1.
    private static int FromSocket(int timeout) => timeout == 0 ? Timeout.Infinite : timeout;

    private Exception Failed(string operation, int errno)
    {
        if (Ends.HasFlag(ConnectionEnds.Closed))
            return new ObjectDisposedException(nameof(LocalSocket));

        LocalSocketError kind = UnixErrors.Classify(errno);
        if (kind == LocalSocketError.PeerClosed)
            End(ConnectionEnds.Lost);

        string reason = kind switch
        {
            LocalSocketError.PeerClosed => $"process {Peer.ProcessId} at the other end has closed the connection",
            LocalSocketError.TimedOut => "the time-out ran out",
            _ => $"{Errno.Text(errno)} (errno {errno})",
        };
        return new LocalSocketException(kind, $"{operation} on a local socket failed: {reason}.", Errno.Failed(operation, "a local socket", errno));
    }
}

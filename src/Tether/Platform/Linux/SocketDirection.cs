using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>One direction of a socket, with the asynchronous callers who wait for it in their order.</summary>
/// <param name="connection">Whose it is.</param>
/// <param name="awaited">What is waited for: EPOLLIN or EPOLLOUT.</param>
[SupportedOSPlatform("linux")]
internal sealed class SocketDirection(UnixConnection connection, uint awaited)
{
    private readonly Lock _lock = new();
    private SocketOperation? _first;
    private SocketOperation? _last;
    private SocketOperation? _spare;
    private bool _hasEnded;
    private BusyPoll _busyPoll;

    /// <summary>Null when it was done at once, and the result is there to be taken.</summary>
    /// <exception cref="ObjectDisposedException">The connection is closed.</exception>
    /// <exception cref="IOException">The system watches no more files.</exception>
    internal SocketOperation Start(SocketOperationKind kind, Memory<byte> buffer, CancellationToken cancellationToken, out bool isDone)
    {
        SocketOperation operation = Interlocked.Exchange(ref _spare, null) ?? new SocketOperation(connection, this);
        operation.Begin(kind, buffer, cancellationToken);
        try
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_hasEnded, typeof(LocalSocket));
                isDone = _first is null && (operation.Try(connection.Handle) || (kind != SocketOperationKind.Send && LookAgain(operation)));
                if (!isDone)
                {
                    connection.Watch(awaited);
                    Append(operation);
                }
            }
        }
        catch (Exception error) when (error is ObjectDisposedException or IOException)
        {
            operation.Release();
            throw;
        }

        if (!isDone && cancellationToken.IsCancellationRequested)
            operation.Cancel(cancellationToken);

        return operation;
    }

    /// <summary>Tries for those who wait, and puts those that are done before <paramref name="done"/>.</summary>
    internal SocketOperation? Advance(SocketOperation? done)
    {
        lock (_lock)
        {
            // Told of what nobody waits for: who reads synchronously, or not at all, is not to be looked at all the time.
            bool isAwaited = _first is not null;
            while (_first is { } operation)
            {
                if (Try(operation) is not { } isDone)
                {
                    TakeFirst();
                }
                else if (isDone)
                {
                    TakeFirst();
                    operation.Next = done;
                    done = operation;
                }
                else
                {
                    break;
                }
            }

            if (!isAwaited || (awaited == Libc.EPOLLOUT && _first is null))
                connection.Unwatch(awaited);
        }

        return done;
    }

    /// <summary>Takes one out that is no longer waited for. False when it is done.</summary>
    internal bool TryTakeOut(SocketOperation operation)
    {
        lock (_lock)
        {
            SocketOperation? before = null;
            for (SocketOperation? other = _first; other is not null; before = other, other = other.Next)
            {
                if (other != operation)
                    continue;

                if (before is null)
                    _first = operation.Next;
                else
                    before.Next = operation.Next;

                _last = _last == operation ? before : _last;
                operation.Next = null;
                return true;
            }

            return false;
        }
    }

    /// <summary>Nobody waits from here on, as the connection is closed.</summary>
    internal void End()
    {
        SocketOperation? waiting;
        lock (_lock)
        {
            _hasEnded = true;
            waiting = _first;
            (_first, _last) = (null, null);
        }

        for (SocketOperation? next; waiting is not null; waiting = next)
        {
            next = waiting.Next;
            waiting.Next = null;
            waiting.Fail(new ObjectDisposedException(nameof(LocalSocket)));
        }
    }

    internal void Return(SocketOperation operation) => Volatile.Write(ref _spare, operation);

    private bool LookAgain(SocketOperation operation)
    {
        long end = _busyPoll.Begin();
        if (end == 0)
            return false;

        // A thread of the reactor would be woken for what this one is about to find.
        connection.Unwatch(awaited);
        bool isDone = false;
        while (!isDone && BusyPoll.GoesOn(end))
            isDone = operation.Try(connection.Handle);

        _busyPoll.Ended(end, found: isDone);
        return isDone;
    }

    /// <summary>Null when it failed, as its caller's memory may: this is the reactor's thread.</summary>
    private bool? Try(SocketOperation operation)
    {
        try
        {
            return operation.Try(connection.Handle);
        }
        catch (Exception error)
        {
            operation.Fail(error is ObjectDisposedException ? new ObjectDisposedException(nameof(LocalSocket)) : error);
            return null;
        }
    }

    private void TakeFirst()
    {
        SocketOperation first = _first!;
        _first = first.Next;
        _last = _first is null ? null : _last;
        first.Next = null;
    }

    private void Append(SocketOperation operation)
    {
        if (_last is null)
            _first = operation;
        else
            _last.Next = operation;

        _last = operation;
    }
}

using System.Runtime.Versioning;
using System.Threading.Tasks.Sources;
using Microsoft.Win32.SafeHandles;
using SafeHandle = System.Runtime.InteropServices.SafeHandle;

namespace Tether.Platform.Linux;

/// <summary>
/// A client's end of its connection to a keeper. One reader at a time; writes are serialised by the caller. The reactor tells it when bytes
/// have come (<see cref="SocketReactor"/>), or the thread that waits for them (<see cref="IBlockingReceiver"/>).
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class KeeperSocket(SafeFileHandle handle) : Stream, IValueTaskSource<int>, IBlockingReceiver, IWatchedSocket
{
    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<int> _source;
    private CancellationTokenRegistration _cancellation;
    private Memory<byte> _buffer;
    private bool _isWaiting;
    private bool _isDrained;
    private ulong _tag;
    private bool _isDisposed;

    internal SafeFileHandle Handle { get; } = handle;

    SafeHandle IWatchedSocket.Handle => Handle;

    /// <summary>Connects to the keeper's socket, which is this user's.</summary>
    /// <exception cref="LocalSocketException">It cannot be reached.</exception>
    internal static async ValueTask<KeeperSocket> ConnectAsync(string path, CancellationToken cancellationToken) =>
        new(await UnixConnector.ConnectToOwnAsync(path, cancellationToken).ConfigureAwait(false));

    public bool CompletesInline { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="IOException">The connection broke.</exception>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        // Before the read waits: it may end, and take this away again, on another thread.
        _cancellation = cancellationToken.UnsafeRegister(
            static (socket, token) => ((KeeperSocket)socket!).EndRead(new OperationCanceledException(token)), this);
        int? there = null;
        Exception? failure = null;
        try
        {
            lock (_lock)
            {
                there = _isDrained ? null : TryReceive(buffer.Span);
                if (there is null)
                {
                    ObjectDisposedException.ThrowIf(_isDisposed, this);
                    _tag = _tag == 0 ? SocketReactor.Instance.Add(this, Libc.EPOLLIN) : _tag;
                    _buffer = buffer;
                    _isWaiting = true;
                    _source.Reset();
                }
            }

            if (_driver != Environment.CurrentManagedThreadId)
            {
                // A frame was handled elsewhere: .NET takes a continuation to the pool when this thread has a scheduler of its own.
                Interrupt();
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            failure = error;
        }

        if (there is not null || failure is not null)
        {
            _cancellation.Dispose();
            return failure is null ? ValueTask.FromResult(there!.Value) : ValueTask.FromException<int>(failure);
        }

        short version = _source.Version;
        if (cancellationToken.IsCancellationRequested)
        {
            EndRead(new OperationCanceledException(cancellationToken));
        }

        return new ValueTask<int>(this, version);
    }

    void IWatchedSocket.OnReady(uint events, IReactor reactor) => OnReady(reactor);

    /// <summary>Something has come, or the connection has ended. False when nobody waits for it.</summary>
    /// <param name="reactor">Whose thread this is; null for that of a caller who waits.</param>
    private bool OnReady(IReactor? reactor)
    {
        int count = 0;
        Exception? failure = null;
        lock (_lock)
        {
            if (!_isWaiting)
            {
                _isDrained = false;
                return false;
            }

            try
            {
                if (TryReceive(_buffer.Span) is not { } received)
                {
                    return true;
                }

                count = received;
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException)
            {
                failure = error;
            }

            _isWaiting = false;
        }

        // What follows the end is more than a frame, and calls the user's logger.
        bool isEnd = failure is not null || count == 0;
        if (!CompletesInline || (isEnd && reactor is not null))
        {
            _source.RunContinuationsAsynchronously = reactor?.MayRunOthersCode() != true;
            SetResult(count, failure);
            return true;
        }

        _source.RunContinuationsAsynchronously = false;

        // The reader wakes others, and waits again before they go on.
        Wakeups.Hold();
        SetResult(count, failure);
        if (reactor is not null)
        {
            // What a thread waits for here may have come just before it took over.
            Interrupt();
        }

        Wakeups.Release(reactor);
        return true;
    }

    public int GetResult(short token)
    {
        _cancellation.Dispose();
        return _source.GetResult(token);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    public override void Write(ReadOnlySpan<byte> buffer) => Send(buffer, 0);

    /// <summary>A write that has to wait for the keeper waits on a thread of the pool: that takes a keeper that is stopped, or input beyond what its socket holds.</summary>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        try
        {
            buffer = buffer[Send(buffer.Span, Libc.MSG_DONTWAIT)..];
            return buffer.IsEmpty ? ValueTask.CompletedTask : new ValueTask(WaitAndWriteAsync(buffer, cancellationToken));
        }
        catch (IOException error)
        {
            return ValueTask.FromException(error);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !Interlocked.Exchange(ref _isDisposed, true))
        {
            // Before the shutdown, of which the reactor would tell: what follows from the end is done on this thread then, and none is woken for it.
            EndRead(new ObjectDisposedException(nameof(KeeperSocket)));
            if (_tag != 0)
            {
                SocketReactor.Instance.Remove(this, _tag);
            }

            // Also ends the connection when a process that is just being forked has a copy of the descriptor, and whoever waits for it.
            _ = Libc.Shutdown(Handle, Libc.SHUT_RDWR);
            Interrupt();
            Handle.Dispose();
            FreeInterruption();
        }

        base.Dispose(disposing);
    }

    private async Task WaitAndWriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        // Half a frame is the end of the connection in any case, so that is how a wait is cancelled.
        CancellationTokenRegistration cancellation = cancellationToken.UnsafeRegister(static socket => Libc.Shutdown(((KeeperSocket)socket!).Handle, Libc.SHUT_RDWR), this);
        await using (cancellation.ConfigureAwait(false))
        {
            try
            {
                await Task.Run(() => Write(buffer.Span), CancellationToken.None).ConfigureAwait(false);
            }
            catch (IOException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw;
            }
        }
    }

    private void EndRead(Exception reason)
    {
        lock (_lock)
        {
            if (!_isWaiting)
            {
                return;
            }

            _isWaiting = false;
        }

        _source.RunContinuationsAsynchronously = !CompletesInline;
        _source.SetException(reason);
    }

    private void SetResult(int count, Exception? failure)
    {
        if (failure is null)
        {
            _source.SetResult(count);
        }
        else
        {
            _source.SetException(failure);
        }
    }

    /// <summary>What is there, 0 at the end; null when there is nothing yet.</summary>
    private int? TryReceive(Span<byte> buffer)
    {
        int received = StreamSocket.Receive(Handle, buffer, Libc.MSG_DONTWAIT);
        if (received >= 0)
        {
            // The end may be this side's own.
            ObjectDisposedException.ThrowIf(received == 0 && Volatile.Read(ref _isDisposed), this);
            // A receive that did not fill its buffer took all bytes there were (epoll(7)). The end may stand behind them, and
            // only poll(2) tells of that again.
            _isDrained = received < buffer.Length && received > 0 && _isDriven;
            return received;
        }

        _isDrained = received == -Errno.EAGAIN;
        return _isDrained ? null : throw Errno.Failed("recv", "the connection to the keeper", -received);
    }

    /// <summary>How many were sent: all, unless it must not wait.</summary>
    private int Send(ReadOnlySpan<byte> bytes, int flags)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        int errno = StreamSocket.Send(Handle, bytes, flags, out int sent);
        return errno == 0 || (errno == Errno.EAGAIN && flags != 0) ? sent : throw Errno.Failed("send", "the connection to the keeper", errno);
    }
}

using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Threading.Tasks.Sources;

namespace Tether.Platform.Linux;

/// <summary>What an asynchronous caller wants of a socket.</summary>
internal enum SocketOperationKind
{
    Receive,

    /// <summary>Whether there is a byte or the end, which stays there.</summary>
    Look,

    Send,
}

/// <summary>An asynchronous caller's receive or send that waits for its socket. Used again for the next one.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SocketOperation(UnixConnection connection, SocketDirection direction) : IValueTaskSource<int>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<int> _source;
    private CancellationTokenRegistration _cancellation;
    private SocketOperationKind _kind;
    private Memory<byte> _buffer;
    private int _result;

    /// <summary>The next one in the queue, or of those that are done.</summary>
    internal SocketOperation? Next { get; set; }

    internal short Version => _source.Version;

    /// <summary>Before it is tried: the token may cancel it on another thread from here on.</summary>
    internal void Begin(SocketOperationKind kind, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _kind = kind;
        _buffer = buffer;
        _cancellation = cancellationToken.UnsafeRegister(
            static (operation, token) => ((SocketOperation)operation!).Cancel(token), this);
    }

    /// <summary>Does what can be done now. False when there is more to wait for.</summary>
    internal bool Try(SafeHandle socket)
    {
        switch (_kind)
        {
            case SocketOperationKind.Send:
                int errno = StreamSocket.Send(socket, _buffer.Span, Libc.MSG_DONTWAIT, out int sent);
                _buffer = _buffer[sent..];
                _result = -errno;
                break;
            case SocketOperationKind.Look:
                Span<byte> next = stackalloc byte[1];
                _result = StreamSocket.Receive(socket, next, Libc.MSG_PEEK | Libc.MSG_DONTWAIT);
                break;
            default:
                _result = StreamSocket.Receive(socket, _buffer.Span, Libc.MSG_DONTWAIT);
                break;
        }

        return _result != -Errno.EAGAIN;
    }

    /// <summary>Lets its caller go on, on this thread or on one of the pool.</summary>
    internal void Complete(bool inline)
    {
        _source.RunContinuationsAsynchronously = !inline;
        _source.SetResult(_result);
    }

    internal void Fail(Exception reason)
    {
        _source.RunContinuationsAsynchronously = true;
        _source.SetException(reason);
    }

    internal void Cancel(CancellationToken cancellationToken)
    {
        if (direction.TryTakeOut(this))
            Fail(new OperationCanceledException(cancellationToken));
    }

    /// <summary>What <see cref="Try"/> found, for a caller who did not have to wait.</summary>
    internal int Take()
    {
        int result = _result;
        SocketOperationKind kind = _kind;
        Release();
        return connection.ResultOf(kind, result);
    }

    /// <summary>Gives up what it stands for. No token reaches it any more.</summary>
    internal void Release()
    {
        _cancellation.Dispose();
        _cancellation = default;
        _buffer = default;
        _source.Reset();
        direction.Return(this);
    }

    public int GetResult(short token)
    {
        // Of a caller who asks twice or too early nothing may be given up: it may be another one's by now.
        if (_source.GetStatus(token) == ValueTaskSourceStatus.Pending)
            throw new InvalidOperationException("The operation has not ended; its result can be taken once, when it has.");

        SocketOperationKind kind = _kind;
        int result;
        try
        {
            result = _source.GetResult(token);
        }
        finally
        {
            Release();
        }

        return connection.ResultOf(kind, result);
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}

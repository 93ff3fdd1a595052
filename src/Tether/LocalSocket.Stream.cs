using Tether.Platform;

namespace Tether;

public sealed partial class LocalSocket
{
    /// <summary>True until the socket is disposed.</summary>
    public override bool CanRead => !Has(ConnectionEnds.Closed);

    /// <summary>True until the socket is disposed or writing was completed.</summary>
    public override bool CanWrite => !Has(ConnectionEnds.Closed | ConnectionEnds.Writing);

    /// <summary>False: a stream of bytes between processes has no position.</summary>
    public override bool CanSeek => false;

    /// <summary>True: <see cref="ReadTimeout"/> and <see cref="WriteTimeout"/> bound the synchronous operations.</summary>
    public override bool CanTimeout => true;

    /// <summary>
    /// How many milliseconds a synchronous read waits for a byte before it fails with <see cref="LocalSocketError.TimedOut"/>. Nothing is
    /// lost: read again. Default: <see cref="Timeout.Infinite"/>. Asynchronous reads have their cancellation token instead.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is 0, or negative and not <see cref="Timeout.Infinite"/>.</exception>
    public override int ReadTimeout
    {
        get => _connection.ReadTimeout;
        set => _connection.ReadTimeout = ValidTimeout(value);
    }

    /// <summary>
    /// How many milliseconds a synchronous write waits for room before it fails with <see cref="LocalSocketError.TimedOut"/>. How many of
    /// the bytes were written by then is unknown, so the connection is of no more use. Default: <see cref="Timeout.Infinite"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is 0, or negative and not <see cref="Timeout.Infinite"/>.</exception>
    public override int WriteTimeout
    {
        get => _connection.WriteTimeout;
        set => _connection.WriteTimeout = ValidTimeout(value);
    }

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Length => throw Unseekable();

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Position
    {
        get => throw Unseekable();
        set => throw Unseekable();
    }

    /// <summary>Waits for at least one byte and reads as many as are there. True blocking: no thread pool is involved.</summary>
    /// <param name="buffer">Where the bytes go.</param>
    /// <returns>How many bytes were read; 0 at the end of what the peer wrote, or for an empty buffer.</returns>
    /// <exception cref="LocalSocketException">
    /// The peer closed with bytes of this side unread (<see cref="LocalSocketError.PeerClosed"/>; a read that waits just then may see the
    /// end instead), or <see cref="ReadTimeout"/> ran out.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The socket is disposed, or was while this waited.</exception>
    public override int Read(Span<byte> buffer)
    {
        // An empty read is answered at once, and must not be taken for the end.
        return buffer.IsEmpty ? 0 : _connection.Read(buffer);
    }

    /// <inheritdoc cref="Read(Span{byte})"/>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="offset">Where in the buffer they begin.</param>
    /// <param name="count">How many at most.</param>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    /// <summary>Reads one byte.</summary>
    /// <returns>The byte, or -1 at the end.</returns>
    /// <inheritdoc cref="Read(Span{byte})" path="/exception"/>
    public override int ReadByte()
    {
        byte value = 0;
        return Read(new Span<byte>(ref value)) == 0 ? -1 : value;
    }

    /// <summary>Waits for at least one byte and reads as many as are there.</summary>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="cancellationToken">Stops the waiting; no byte is lost by it.</param>
    /// <returns>How many bytes were read; 0 at the end of what the peer wrote, or for an empty buffer.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <inheritdoc cref="Read(Span{byte})" path="/exception"/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellationToken);

        return buffer.IsEmpty ? ValueTask.FromResult(0) : _connection.ReadAsync(buffer, cancellationToken);
    }

    /// <inheritdoc cref="ReadAsync(Memory{byte}, CancellationToken)"/>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="offset">Where in the buffer they begin.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Stops the waiting; no byte is lost by it.</param>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>Writes all the bytes; waits while the peer does not read. True blocking: no thread pool is involved.</summary>
    /// <param name="buffer">The bytes.</param>
    /// <exception cref="InvalidOperationException">Writing was completed.</exception>
    /// <exception cref="LocalSocketException">
    /// The peer is gone (<see cref="LocalSocketError.PeerClosed"/>), or <see cref="WriteTimeout"/> ran out. Some of the bytes may have been
    /// written.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The socket is disposed, or was while this waited.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        RequireWritable();
        _connection.Write(buffer);
    }

    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    /// <param name="buffer">The bytes.</param>
    /// <param name="offset">Where in the buffer they begin.</param>
    /// <param name="count">How many.</param>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    /// <summary>Writes one byte.</summary>
    /// <param name="value">The byte.</param>
    /// <inheritdoc cref="Write(ReadOnlySpan{byte})" path="/exception"/>
    public override void WriteByte(byte value) => Write(new ReadOnlySpan<byte>(in value));

    /// <summary>Writes all the bytes; waits while the peer does not read.</summary>
    /// <param name="buffer">The bytes.</param>
    /// <param name="cancellationToken">Stops the waiting. Some of the bytes may have been written by then.</param>
    /// <returns>A task that completes when the bytes are in the kernel.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <inheritdoc cref="Write(ReadOnlySpan{byte})" path="/exception"/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);

        RequireWritable();
        return _connection.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    /// <param name="buffer">The bytes.</param>
    /// <param name="offset">Where in the buffer they begin.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Stops the waiting. Some of the bytes may have been written by then.</param>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>Begins an asynchronous read. Stream's own would block a thread of the pool.</summary>
    /// <inheritdoc/>
    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    /// <inheritdoc/>
    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    /// <summary>Begins an asynchronous write. Stream's own would block a thread of the pool.</summary>
    /// <inheritdoc/>
    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    /// <inheritdoc/>
    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    /// <summary>Does nothing: nothing is buffered in the process.</summary>
    public override void Flush()
    {
    }

    /// <summary>Does nothing: nothing is buffered in the process.</summary>
    /// <param name="cancellationToken">Not used, unless it is cancelled already.</param>
    /// <returns>A completed task.</returns>
    public override Task FlushAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;

    /// <summary>Not supported.</summary>
    /// <param name="offset">Not used.</param>
    /// <param name="origin">Not used.</param>
    /// <returns>Nothing.</returns>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Seek(long offset, SeekOrigin origin) => throw Unseekable();

    /// <summary>Not supported.</summary>
    /// <param name="value">Not used.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void SetLength(long value) => throw Unseekable();

    private static NotSupportedException Unseekable() =>
        new("A local socket is a stream without position or length: read it from its beginning to its end.");

    private static int ValidTimeout(int milliseconds) => milliseconds is > 0 or Timeout.Infinite
        ? milliseconds
        : throw new ArgumentOutOfRangeException(nameof(milliseconds), milliseconds,
            "A time-out is more than 0 milliseconds, or Timeout.Infinite.");

    private void RequireWritable()
    {
        ObjectDisposedException.ThrowIf(Has(ConnectionEnds.Closed), this);
        if (Has(ConnectionEnds.Writing))
        {
            throw new InvalidOperationException(
                "Nothing can be written to the local socket any more: its writes were completed, or it was disconnected.");
        }
    }
}

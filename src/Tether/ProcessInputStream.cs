using System.Buffers;
using Tether.Client;
using Tether.Journal;
using Tether.Protocol;

namespace Tether;

/// <summary>
/// The program's standard input, a write-only stream of bytes. A write returns when the program's pipe has taken the bytes, or the keeper's
/// credit for them (256 KiB per client) allows them to be on the way; <see cref="FlushAsync"/> returns when the pipe has taken them
/// all. A program that does not read holds up the writer and nobody else. Several clients may write: pieces of up to 64 KiB are not mixed.
/// </summary>
public sealed class ProcessInputStream : Stream
{
    private static readonly byte[] AcknowledgeNow = Frame.Create(FrameType.Acknowledge, [0]);

    private readonly string _name;
    private readonly KeeperConnection? _connection;
    private readonly JournalReader _journal;

    internal ProcessInputStream(string name, KeeperConnection? connection, JournalReader journal)
    {
        _name = name;
        _connection = connection;
        _journal = journal;
    }

    /// <summary>False once the input was closed: by a client, by the program, or because it has ended.</summary>
    public bool IsOpen => _connection?.Input.IsOpen ?? false;

    /// <summary>
    /// The position that the first byte written through this handle has, when no other client writes: how many bytes the program had been
    /// sent, by all clients, when this one attached. A client that goes on with what another could not finish starts here.
    /// </summary>
    public long StartPosition => _connection?.Input.StartPosition ?? Position;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Length => throw new NotSupportedException();

    /// <summary>How many bytes the program's pipe has taken, from all clients, since the start. It cannot be set.</summary>
    /// <exception cref="NotSupportedException">It was set.</exception>
    public override long Position
    {
        get => _journal.Positions(JournalSection.StandardInput).Start;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="InputClosedException">The input is closed.</exception>
    /// <exception cref="KeeperLostException">The keeper is gone.</exception>
    /// <exception cref="ConnectionLostException">The connection ended.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        KeeperConnection connection = Connection();
        byte[]? frame = null;
        try
        {
            while (!buffer.IsEmpty)
            {
                int length = connection.Input.Take(Math.Min(buffer.Length, Frame.MaximumPayload), _name, out Task changed);
                if (length == 0)
                {
                    await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
                    continue;
                }

                // One write: header and bytes together.
                frame ??= Rent(buffer.Length);
                int size = connection.WriteInput(frame, buffer.Span[..length]);
                await connection.SendOrLeaveAsync(frame.AsMemory(0, size), cancellationToken, isInput: true).ConfigureAwait(false);
                buffer = buffer[length..];
            }
        }
        catch (OperationCanceledException)
        {
            // A frame that is on its way still needs it.
            frame = null;
            throw;
        }
        catch (ConnectionLostException) when (connection.Exited.IsCompletedSuccessfully)
        {
            // The program ended, and its keeper after it.
            throw new InputClosedException(_name, Position);
        }
        finally
        {
            if (frame is not null)
            {
                ArrayPool<byte>.Shared.Return(frame);
            }
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>The blocking form of <see cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>.</summary>
    /// <inheritdoc cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc cref="Write(byte[], int, int)"/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        KeeperConnection connection = Connection();
        byte[] frame = Rent(buffer.Length);
        try
        {
            while (!buffer.IsEmpty)
            {
                int length = connection.Input.Take(Math.Min(buffer.Length, Frame.MaximumPayload), _name, out Task changed);
                if (length == 0)
                {
                    connection.WaitFor(changed);
                    continue;
                }

                connection.Send(frame.AsSpan(0, connection.WriteInput(frame, buffer[..length])), isInput: true);
                buffer = buffer[length..];
            }
        }
        catch (ConnectionLostException) when (connection.Exited.IsCompletedSuccessfully)
        {
            // The program ended, and its keeper after it.
            throw new InputClosedException(_name, Position);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    /// <summary>The blocking form of <see cref="FlushAsync"/>: it waits as long as the program does not read.</summary>
    /// <inheritdoc cref="FlushAsync"/>
    public override void Flush()
    {
        KeeperConnection connection = Connection();
        try
        {
            while (!connection.Input.IsFlushed(_name, out Task changed, out bool ask))
            {
                if (ask)
                {
                    connection.Ask(AcknowledgeNow);
                }

                connection.WaitFor(changed);
            }
        }
        catch (ConnectionLostException) when (connection.Exited.IsCompletedSuccessfully)
        {
            throw new InputClosedException(_name, Position);
        }
    }

    /// <summary>Waits until the program's pipe has taken everything that was written through this handle, for a time at most.</summary>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> for ever, zero only looks.</param>
    /// <returns>False when the time ran out: the bytes are still on their way.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or longer than 24 days.</exception>
    /// <exception cref="InputClosedException">The input was closed before.</exception>
    /// <exception cref="KeeperLostException">The keeper is gone.</exception>
    /// <exception cref="ConnectionLostException">The connection ended.</exception>
    public bool Flush(TimeSpan timeout) => Blocking.Wait(FlushAsync, timeout);

    /// <summary>The blocking form of <see cref="CompleteAsync"/>: it waits as long as the program does not read.</summary>
    /// <inheritdoc cref="CompleteAsync"/>
    public void Complete() => CompleteAsync().GetAwaiter().GetResult();

    /// <summary>Waits until the program's pipe has taken everything that was written through this handle.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="InputClosedException">The input was closed before.</exception>
    /// <exception cref="KeeperLostException">The keeper is gone.</exception>
    /// <exception cref="ConnectionLostException">The connection ended.</exception>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        KeeperConnection connection = Connection();
        try
        {
            while (!connection.Input.IsFlushed(_name, out Task changed, out bool ask))
            {
                if (ask)
                {
                    await connection.AskAsync(AcknowledgeNow, cancellationToken).ConfigureAwait(false);
                }

                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ConnectionLostException) when (connection.Exited.IsCompletedSuccessfully)
        {
            throw new InputClosedException(_name, Position);
        }
    }

    /// <summary>
    /// Closes the program's standard input after everything that was written before: the program reads end of file. For all clients. An
    /// input that is closed already is no error.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="KeeperLostException">The keeper is gone.</exception>
    /// <exception cref="ConnectionLostException">The connection ended.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken = default)
    {
        if (_connection is null || !_connection.Input.IsOpen)
        {
            return;
        }

        try
        {
            await _connection.SendOrLeaveAsync(Frame.Create(FrameType.CloseInput, []), cancellationToken).ConfigureAwait(false);
            while (!_connection.Input.IsClosed(out Task changed))
            {
                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ConnectionLostException) when (_connection.Exited.IsCompletedSuccessfully)
        {
            // The program ended, and its input with it.
        }
    }

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void SetLength(long value) => throw new NotSupportedException();

    private static byte[] Rent(int length) => ArrayPool<byte>.Shared.Rent(KeeperConnection.InputOverhead + Math.Min(length, Frame.MaximumPayload));

    private KeeperConnection Connection() => _connection ?? throw new InputClosedException(_name, Position);
}

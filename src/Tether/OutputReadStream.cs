using System.Runtime.ExceptionServices;
using Tether.Client;
using Tether.Journal;
using Tether.Records;

namespace Tether;

/// <summary>
/// Reads one of the program's output streams from a place of its own. For one reader at a time, as any stream. A read that finds bytes
/// copies them out of the journal and never waits.
/// </summary>
public sealed class OutputReadStream : Stream
{
    private readonly OutputStream _stream;
    private readonly JournalSection _section;
    private readonly bool _follow;
    private readonly long _limit;
    private readonly RecordFile _record;
    private readonly KeeperConnection? _connection;
    private readonly JournalReader _journal;
    private long _offset;
    private long _consumed;
    private volatile bool _isDisposed;

    internal OutputReadStream(OutputStream stream, long offset, long? end, RecordFile record, KeeperConnection? connection, JournalReader journal)
    {
        _stream = stream;
        _section = JournalReader.SectionOf(stream);
        _offset = offset;
        _consumed = offset;
        _follow = end is null;
        _limit = end ?? long.MaxValue;
        _record = record;
        _connection = connection;
        _journal = journal;
        if (Reports)
        {
            _connection!.Readers[(int)stream - 1].Add(this, offset);
            _connection.ReportReaders();
        }
    }

    /// <inheritdoc/>
    public override bool CanRead => !_isDisposed;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Length => throw new NotSupportedException();

    /// <summary>The offset of the next byte. It cannot be set: open another reader.</summary>
    /// <exception cref="NotSupportedException">It was set.</exception>
    public override long Position
    {
        get => _offset;
        set => throw new NotSupportedException("Open another reader at the offset: ProcessOutput.OpenRead.");
    }

    // What the program waits for may hang on its output (policy "block"), so what was read is reported in quarters of the window. Also
    // after the exit: what the program had written into its full pipe, or what it left behind still writes, waits in the same way.
    private bool Reports => _follow && _record.WhenFull == WindowFullPolicy.Block && _connection is not null;

    internal bool IsDisposed => _isDisposed;

    /// <inheritdoc/>
    /// <exception cref="OutputGapException">Bytes fell out of the window before they were read; the next read goes on behind them.</exception>
    /// <exception cref="CorruptRecordException">The record is damaged.</exception>
    /// <exception cref="KeeperLostException">Everything there is was read, and the keeper is gone.</exception>
    /// <exception cref="ConnectionLostException">Everything there is was read, and the connection ended.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Exception? lost = null;
        while (true)
        {
            if (TryRead(buffer.Span, out int read, out bool report))
            {
                if (report)
                {
                    _connection!.ReportReaders();
                }

                return read;
            }

            Rethrow(lost);
            try
            {
                if (MarkConsumed())
                {
                    _connection!.ReportReaders();
                }

                await Connection().WaitForOutputAsync(_stream, _offset, this, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is KeeperLostException or ConnectionLostException)
            {
                // A keeper that has done its work ends. So what is there now is looked at once more before the end is an error.
                lost = error;
            }
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc cref="ReadAsync(Memory{byte}, CancellationToken)"/>
    public override int Read(Span<byte> buffer)
    {
        Exception? lost = null;
        while (true)
        {
            if (TryRead(buffer, out int read, out bool report))
            {
                if (report)
                {
                    _connection!.ReportReaders();
                }

                return read;
            }

            Rethrow(lost);
            try
            {
                if (MarkConsumed())
                {
                    _connection!.ReportReaders();
                }

                Connection().WaitForOutput(_stream, _offset, this);
            }
            catch (Exception error) when (error is KeeperLostException or ConnectionLostException)
            {
                // As above.
                lost = error;
            }
        }
    }

    /// <inheritdoc cref="ReadAsync(Memory{byte}, CancellationToken)"/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    /// <summary>Nothing to flush.</summary>
    public override void Flush()
    {
    }

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>
    /// Lets go of the place; a read that waits ends with <see cref="ObjectDisposedException"/>. With <see cref="WindowFullPolicy.Block"/> the program no
    /// longer waits for this reader.
    /// </summary>
    /// <param name="disposing">False from a finalizer, which there is none of.</param>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Leave())
        {
            _connection!.ReportReaders();
        }

        base.Dispose(disposing);
    }

    /// <summary>True when the keeper has to be told.</summary>
    private bool Leave()
    {
        if (_isDisposed)
        {
            return false;
        }

        _isDisposed = true;
        _connection?.WakeReaders(_stream);
        if (Reports)
        {
            _connection!.Readers[(int)_stream - 1].Remove(this);
        }

        return Reports;
    }

    /// <summary>True when the read is done: bytes, or 0 at the end. False when there is nothing yet.</summary>
    private bool TryRead(Span<byte> buffer, out int read, out bool report)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        report = false;
        buffer = buffer[..(int)Math.Min(buffer.Length, Math.Max(0, _limit - _offset))];
        bool isOpen = true;
        read = buffer.IsEmpty ? 0 : ReadOnce(buffer, out isOpen);
        if (!isOpen && read == 0)
        {
            // What was written before the flag was cleared is there for a second look.
            read = ReadOnce(buffer, out _);
        }

        _offset += read;
        report = _offset - _consumed >= _record.OutputWindow / 4 && MarkConsumed();
        return read > 0 || buffer.IsEmpty || !isOpen || !_follow;
    }

    private int ReadOnce(Span<byte> buffer, out bool isOpen)
    {
        int read = _journal.Read(_section, _offset, buffer, out long missed, out isOpen);
        return missed > 0 ? throw Gap(missed) : read;
    }

    private OutputGapException Gap(long missed)
    {
        long requested = _offset;
        _offset += missed;
        return new OutputGapException(_stream, requested, _offset);
    }

    /// <summary>True when the keeper has to be told of what was read since it was told last.</summary>
    private bool MarkConsumed()
    {
        if (!Reports || _offset == _consumed)
        {
            return false;
        }

        _consumed = _offset;
        _connection!.Readers[(int)_stream - 1].Move(this, _offset);
        return true;
    }

    private static void Rethrow(Exception? error)
    {
        if (error is not null)
        {
            ExceptionDispatchInfo.Throw(error);
        }
    }

    private KeeperConnection Connection() => _connection ?? throw new KeeperLostException(_record.Name);
}

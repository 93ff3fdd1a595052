using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text;
using Tether.Client;
using Tether.Journal;
using Tether.Records;

namespace Tether;

/// <summary>
/// One of the program's output streams: a sequence of bytes with 64-bit offsets, of which the last <see cref="ProcessSpec.OutputWindow"/>
/// can be read, live or after the end, by any number of readers at once. Each reader has its own place and disturbs no other.
/// </summary>
/// <remarks>
/// With <see cref="WindowFullPolicy.Block"/> a reader that follows also consumes: what every open reader has read may give way. It counts from
/// its opening until it is disposed; one that is opened and not read stops the program sooner or later.
/// </remarks>
public sealed class ProcessOutput
{
    private readonly RecordFile _record;
    private readonly KeeperConnection? _connection;
    private readonly JournalReader _journal;

    internal ProcessOutput(OutputStream stream, RecordFile record, KeeperConnection? connection, JournalReader journal)
    {
        Stream = stream;
        _record = record;
        _connection = connection;
        _journal = journal;
    }

    /// <summary>Which stream it is.</summary>
    public OutputStream Stream { get; }

    /// <summary>How far the stream is now.</summary>
    /// <exception cref="CorruptRecordException">The record is damaged.</exception>
    public OutputStatus Status
    {
        get
        {
            JournalPositions positions = _journal.Positions(JournalReader.SectionOf(Stream));
            return new OutputStatus(positions.Start, positions.End, positions.IsOpen)
            {
                DiskFull = (positions.Flags & JournalFlags.DiskFull) != 0,
                Target = Records.StreamFile.ToStream(Stream == OutputStream.StandardOutput ? _record.StandardOutput : _record.StandardError),
                WaitsForReader = (positions.Flags & JournalFlags.WaitsForReader) != 0,
            };
        }
    }

    /// <summary>Waits until there is output past an offset.</summary>
    /// <param name="offset">The offset, such as the end of what was read.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>True when there is; false when the stream has ended before it.</returns>
    /// <exception cref="KeeperLostException">The keeper is gone.</exception>
    /// <exception cref="ConnectionLostException">The connection ended.</exception>
    public async Task<bool> WaitForOutputAsync(long offset, CancellationToken cancellationToken = default)
    {
        Exception? lost = null;
        while (true)
        {
            OutputStatus status = Status;
            if (status.End > offset || !status.IsOpen)
            {
                return status.End > offset;
            }

            if (lost is not null)
            {
                ExceptionDispatchInfo.Throw(lost);
            }

            try
            {
                KeeperConnection connection = _connection ?? throw new KeeperLostException(_record.Name);
                await connection.WaitForOutputAsync(Stream, offset, reader: null, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is KeeperLostException or ConnectionLostException)
            {
                // A keeper that has done its work ends: what there is now is looked at once more before the end is an error.
                lost = error;
            }
        }
    }

    /// <summary>The blocking form of <see cref="WaitForOutputAsync"/>, for a time at most.</summary>
    /// <param name="offset">The offset, such as the end of what was read.</param>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> for ever, zero only looks.</param>
    /// <returns>True when there is output past the offset; false when the time ran out, or the stream has ended (<see cref="OutputStatus.IsOpen"/> tells which).</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or longer than 24 days.</exception>
    /// <exception cref="KeeperLostException">The keeper is gone.</exception>
    /// <exception cref="ConnectionLostException">The connection ended.</exception>
    public bool WaitForOutput(long offset, TimeSpan timeout) =>
        Blocking.Wait(cancellationToken => WaitForOutputAsync(offset, cancellationToken), timeout) && Status.End > offset;

    /// <summary>Opens a reader at an offset.</summary>
    /// <param name="offset">Where to start; null starts at the oldest byte that there is.</param>
    /// <param name="follow">True, the default, waits for more at the end of what there is, until the program's stream ends; false ends where the stream ended when it was opened.</param>
    /// <returns>A stream to read; disposing it does not touch the program.</returns>
    /// <exception cref="OutputGapException">The offset has fallen out of the window; the exception says by how many bytes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative, or past the end of what was written.</exception>
    /// <exception cref="CorruptRecordException">The record is damaged.</exception>
    public OutputReadStream OpenRead(long? offset = null, bool follow = true)
    {
        OutputStatus status = Status;
        long start = offset ?? status.Start;
        if (start < 0 || start > status.End)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"Offset {start} of {Stream} of '{_record.Name}' does not exist: the stream has bytes {status.Start} to {status.End}.");
        }

        return start >= status.Start
            ? new OutputReadStream(Stream, start, follow ? null : status.End, _record, _connection, _journal)
            : throw new OutputGapException(Stream, start, status.Start);
    }

    /// <summary>Opens a pipe reader at an offset: the same as <see cref="OpenRead"/>, for parsers.</summary>
    /// <inheritdoc cref="OpenRead"/>
    public PipeReader OpenPipeReader(long? offset = null, bool follow = true) =>
        PipeReader.Create(OpenRead(offset, follow), new StreamPipeReaderOptions(bufferSize: 64 * 1024));

    /// <summary>Reads pieces of up to 64 KiB as they arrive. Each piece is the caller's to keep.</summary>
    /// <param name="offset">Where to start; null starts at the oldest byte that there is.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The pieces, until the program's stream ends.</returns>
    /// <exception cref="OutputGapException">Bytes fell out of the window before they were read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative, or past the end of what was written.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadChunksAsync(long? offset = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        OutputReadStream stream = OpenRead(offset);
        await using (stream.ConfigureAwait(false))
        {
            byte[] buffer = new byte[64 * 1024];
            while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                yield return buffer.AsSpan(0, read).ToArray();
            }
        }
    }

    /// <summary>Reads lines of UTF-8 from the oldest byte that there is, as they arrive. A line ends at LF, CR or CR LF, or with the stream.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The lines without their ends, until the program's stream ends.</returns>
    /// <exception cref="OutputGapException">Bytes fell out of the window before they were read.</exception>
    public IAsyncEnumerable<string> ReadLinesAsync(CancellationToken cancellationToken = default) => ReadLinesAsync(Encoding.UTF8, null, cancellationToken);

    /// <inheritdoc cref="ReadLinesAsync(CancellationToken)"/>
    /// <param name="encoding">The encoding; bytes that are none of it become its replacement character.</param>
    /// <param name="offset">Where to start; null starts at the oldest byte that there is.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative, or past the end of what was written.</exception>
    public async IAsyncEnumerable<string> ReadLinesAsync(Encoding encoding, long? offset, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using StreamReader reader = new(OpenRead(offset), encoding, detectEncodingFromByteOrderMarks: false);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            yield return line;
        }
    }
}

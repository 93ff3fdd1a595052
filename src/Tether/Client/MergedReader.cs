using Tether.Journal;

namespace Tether.Client;

/// <summary>
/// Puts both output streams back into the order in which the keeper saw them. An entry of the order journal says where a run of one
/// stream starts; the run ends where the next entry of the same stream starts, or at what there is. Bytes from before the oldest entry
/// that is left come first, stdout before stderr, without a time.
/// </summary>
/// <remarks>For one reader at a time.</remarks>
internal sealed class MergedReader
{
    private const int MaximumChunk = 64 * 1024;

    private readonly JournalReader _journal;
    private readonly long[] _offsets;
    private readonly long[]? _limits;
    private readonly Queue<OrderEntry> _entries = new();
    private readonly byte[] _entryBytes = new byte[4096 * OrderEntry.Size];
    private long _orderOffset;
    private OrderEntry _run;

    /// <summary>Starts at the given offsets of stdout and stderr, and ends at what there is now unless it follows.</summary>
    internal MergedReader(JournalReader journal, long standardOutput, long standardError, bool follow)
    {
        _journal = journal;
        _offsets = [standardOutput, standardError];
        _orderOffset = journal.Positions(JournalSection.Order).Start;
        // Until the first entry says otherwise: what is left of stdout, then of stderr.
        _run = new OrderEntry(0, OutputStream.StandardOutput, 0);
        _limits = follow ? null : Snapshot(out _);
    }

    internal long OffsetOf(OutputStream stream) => _offsets[(int)stream - 1];

    /// <summary>The next piece; null when there is none yet.</summary>
    internal OutputChunk? TryRead()
    {
        long[] ends = Snapshot(out long orderEnd);
        while (true)
        {
            if (TakeRun(ends, orderEnd) is { } chunk)
            {
                return chunk;
            }

            if (_run.Time == 0 && _run.Stream == OutputStream.StandardOutput)
            {
                _run = new OrderEntry(0, OutputStream.StandardError, 0);
            }
            else if (_entries.Count > 0 || ReadEntries(orderEnd, out _))
            {
                _run = _entries.Count > 0 ? _entries.Dequeue() : _run;
            }
            else
            {
                return null;
            }
        }
    }

    /// <summary>
    /// The ends of both streams, and the end of the entries that speak of all these bytes and of no others: the keeper writes an entry before
    /// the bytes of its run, so when no entry came while the ends were read, they belong together.
    /// </summary>
    private long[] Snapshot(out long orderEnd)
    {
        while (true)
        {
            orderEnd = _journal.Positions(JournalSection.Order).End;
            long[] ends = [_journal.Positions(JournalSection.StandardOutput).End, _journal.Positions(JournalSection.StandardError).End];
            if (_journal.Positions(JournalSection.Order).End == orderEnd)
            {
                return _limits is null ? ends : [Math.Min(ends[0], _limits[0]), Math.Min(ends[1], _limits[1])];
            }
        }
    }

    private OutputChunk? TakeRun(long[] ends, long orderEnd)
    {
        if (_offsets[(int)_run.Stream - 1] >= ends[(int)_run.Stream - 1])
        {
            return null;
        }

        // Looking for the run's end may start over with another run.
        long runEnd = EndOfRun(orderEnd);
        int index = (int)_run.Stream - 1;
        long offset = _offsets[index];
        long end = Math.Min(ends[index], runEnd);
        if (offset >= end)
        {
            return null;
        }

        DateTimeOffset? time = _run.Time == 0 ? null : new DateTimeOffset(_run.Time, TimeSpan.Zero);
        byte[] data = new byte[(int)Math.Min(MaximumChunk, end - offset)];
        int read = _journal.Read(JournalReader.SectionOf(_run.Stream), offset, data, out long missed);
        _offsets[index] += read + missed;
        return missed > 0
            ? new OutputChunk(_run.Stream, offset, time, ReadOnlyMemory<byte>.Empty, missed)
            : new OutputChunk(_run.Stream, offset, time, data.AsMemory(0, read));
    }

    /// <summary>Where the next run of the same stream starts; past everything when it is the stream's last.</summary>
    private long EndOfRun(long orderEnd)
    {
        int seen = 0;
        while (true)
        {
            foreach (OrderEntry entry in _entries.Skip(seen))
            {
                if (entry.Stream == _run.Stream)
                {
                    return entry.Offset;
                }
            }

            seen = _entries.Count;
            if (!ReadEntries(orderEnd, out bool startedOver))
            {
                return long.MaxValue;
            }

            seen = startedOver ? 0 : seen;
        }
    }

    /// <summary>Reads more entries. False when there are none. Where entries fell out of their window, the order starts over behind them.</summary>
    private bool ReadEntries(long orderEnd, out bool startedOver)
    {
        startedOver = false;
        int wanted = (int)Math.Min(_entryBytes.Length, orderEnd - _orderOffset);
        if (wanted <= 0)
        {
            return false;
        }

        int read = _journal.Read(JournalSection.Order, _orderOffset, _entryBytes.AsSpan(0, wanted), out long missed);
        _orderOffset += missed + read;
        if (missed > 0)
        {
            // The order of what comes before the next entry is not known any more.
            startedOver = true;
            _entries.Clear();
            _run = new OrderEntry(0, OutputStream.StandardOutput, 0);
        }

        for (int i = 0; i < read; i += OrderEntry.Size)
        {
            OrderEntry entry = OrderEntry.Read(_entryBytes.AsSpan(i));
            _entries.Enqueue(entry.IsPlausible ? entry : throw _journal.Corrupt($"an entry of the order is not plausible (stream {(int)entry.Stream}, time {entry.Time})"));
        }

        return read > 0 || missed > 0;
    }
}

using Microsoft.Win32.SafeHandles;

namespace Tether.Journal;

/// <summary>The writing end of <c>order.log</c>: which stream's bytes were seen when, and in which order.</summary>
internal sealed class OrderJournal(
    SafeFileHandle data, SafeFileHandle positions, long outputWindow, bool unbounded, TimeProvider time, JournalPositions? written = null)
{
    /// <summary>An entry is written at least this often while output comes.</summary>
    private static readonly long Step = TimeSpan.TicksPerMillisecond;

    private readonly StreamJournal _entries = new(
        data,
        positions,
        JournalSection.Order,
        WindowOf(outputWindow),
        unbounded ? WindowFullPolicy.Spill : WindowFullPolicy.DropOldest,
        written);

    private OutputStream _stream;
    private long _time = written is { } positionsThen ? LastTime(data, positionsThen) : 0;

    /// <summary>
    /// Output of <paramref name="stream"/> is about to be appended at <paramref name="offset"/>. False when the disk is full and nothing
    /// may be dropped: bytes without an entry would be missing from the order, so they have to wait as well.
    /// </summary>
    internal bool Note(OutputStream stream, long offset)
    {
        long now = time.GetUtcNow().UtcTicks;
        if (stream == _stream && now - _time < Step)
        {
            return true;
        }

        // The clock may be set back; the order of the entries is what counts, and their times never go back.
        now = Math.Max(now, _time);
        Span<byte> entry = stackalloc byte[OrderEntry.Size];
        new OrderEntry(now, stream, offset).Write(entry);
        if (_entries.Append(entry) < entry.Length)
        {
            return false;
        }

        _time = now;
        _stream = stream;
        return true;
    }

    internal void Close() => _entries.Close();

    /// <summary>The time that another keeper wrote last: those that follow are never before it.</summary>
    private static long LastTime(SafeFileHandle data, JournalPositions written)
    {
        Span<byte> entry = stackalloc byte[OrderEntry.Size];
        bool isThere = written.End >= entry.Length && RandomAccess.Read(data, entry, (written.End - entry.Length) % written.Capacity) == entry.Length;
        return isThere && OrderEntry.Read(entry) is { IsPlausible: true } last ? last.Time : 0;
    }

    /// <summary>One byte of order for sixteen of output, 64 KiB to 4 MiB, in whole entries.</summary>
    private static long WindowOf(long outputWindow) => Math.Clamp(outputWindow / 16, 64 * 1024, 4 * 1024 * 1024) / (4 * OrderEntry.Size) * (4 * OrderEntry.Size);
}

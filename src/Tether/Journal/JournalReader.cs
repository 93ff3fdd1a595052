using Microsoft.Win32.SafeHandles;
using Tether.Records;

namespace Tether.Journal;

/// <summary>
/// The reading end of a record's journal. It believes nothing that it has not checked: positions are tested for plausibility, and after
/// bytes were copied the positions are read again, since the writer may have taken the place of the oldest ones meanwhile.
/// </summary>
/// <remarks>Thread-safe: it has no state but open files. The files stay readable when the record is removed.</remarks>
internal sealed class JournalReader : IDisposable
{
    private readonly string _record;
    private readonly SafeFileHandle _positions;
    private readonly SafeFileHandle[] _data = new SafeFileHandle[3];

    internal JournalReader(string directory, string record)
    {
        _record = record;
        _positions = Open(directory, RecordPaths.Positions, record);
        try
        {
            PositionsFile.CheckHeader(_positions, record);
            _data[0] = Open(directory, RecordPaths.StandardOutputLog, record);
            _data[1] = Open(directory, RecordPaths.StandardErrorLog, record);
            _data[2] = Open(directory, RecordPaths.OrderLog, record);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal static JournalSection SectionOf(OutputStream stream) =>
        stream == OutputStream.StandardOutput ? JournalSection.StandardOutput : JournalSection.StandardError;

    internal JournalPositions Positions(JournalSection section) => PositionsFile.Read(_positions, section, _record);

    /// <summary>
    /// Reads bytes at <paramref name="offset"/>. Returns their number; 0 when there are none yet. When the offset has fallen out of the
    /// window, nothing is read and <paramref name="missed"/> says how many bytes are gone; the next readable offset is behind them.
    /// </summary>
    internal int Read(JournalSection section, long offset, Span<byte> buffer, out long missed) => Read(section, offset, buffer, out missed, out _);

    /// <param name="section">The journal.</param>
    /// <param name="offset">Where to read.</param>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="missed">How many bytes are gone.</param>
    /// <param name="isOpen">Whether more could come. When not, and nothing was read, look again: the two facts are not of one moment.</param>
    internal int Read(JournalSection section, long offset, Span<byte> buffer, out long missed, out bool isOpen)
    {
        while (true)
        {
            JournalPositions before = Positions(section);
            isOpen = before.IsOpen;
            missed = Math.Max(0, before.Start - offset);
            if (missed > 0 || offset >= before.End)
            {
                return 0;
            }

            long place = offset % before.Capacity;
            int wanted = (int)Math.Min(buffer.Length, Math.Min(before.End - offset, before.Capacity - place));
            int read = RandomAccess.Read(_data[(int)section - 1], buffer[..wanted], place);
            JournalPositions after = Positions(section);
            if (after.Capacity != before.Capacity || after.Start > offset)
            {
                continue;
            }

            return read == wanted
                ? read
                : throw new CorruptRecordException(_record, $"the file of {section} ends at {place + read}, where {wanted} bytes should stand at {place}: it was truncated");
        }
    }

    internal CorruptRecordException Corrupt(string problem) => new(_record, problem);

    public void Dispose()
    {
        _positions.Dispose();
        foreach (SafeFileHandle? file in _data)
        {
            // Null when a later one could not be opened.
            file?.Dispose();
        }
    }

    /// <exception cref="CorruptRecordException">The file is missing, or may not be read.</exception>
    private static SafeFileHandle Open(string directory, string file, string record)
    {
        try
        {
            return File.OpenHandle(Path.Combine(directory, file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CorruptRecordException(record, $"its file '{file}' is missing", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new CorruptRecordException(record, $"its file '{file}' may not be read", error);
        }
    }
}

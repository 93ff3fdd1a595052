using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Tether.Journal;

/// <summary>
/// The file <c>positions</c>: a 32-byte header (the eight bytes "TETHERJ1", then zeros) and four groups. It is written and read with
/// positioned writes and reads and never mapped: a file that somebody truncates is then an error, not a SIGBUS.
/// </summary>
internal static class PositionsFile
{
    internal const int HeaderSize = 32;
    internal const int Size = HeaderSize + (4 * JournalPositions.GroupSize);

    private static ReadOnlySpan<byte> Magic => "TETHERJ1"u8;

    internal static void Create(SafeFileHandle file)
    {
        Span<byte> contents = stackalloc byte[Size];
        contents.Clear();
        Magic.CopyTo(contents);
        RandomAccess.Write(file, contents, 0);
    }

    internal static void Write(SafeFileHandle file, JournalSection section, JournalPositions positions)
    {
        Span<byte> group = stackalloc byte[JournalPositions.GroupSize];
        positions.Write(group);
        try
        {
            RandomAccess.Write(file, group, OffsetOf(section));
        }
        catch (IOException)
        {
            // The block is there since the start; only a broken disk, or a full one that copies on write, comes here. Readers learn of these
            // bytes with the next group that can be written. The program must not end for that, so the keeper does not.
        }
    }

    /// <exception cref="CorruptRecordException">The file is no positions file, or its numbers cannot be true.</exception>
    internal static JournalPositions Read(SafeFileHandle file, JournalSection section, string record)
    {
        Span<byte> group = stackalloc byte[JournalPositions.GroupSize];
        int length = RandomAccess.Read(file, group, OffsetOf(section));
        return Checked(group[..length], section, record);
    }

    /// <summary>All groups of the file with these contents, by <see cref="JournalSection"/>.</summary>
    /// <exception cref="CorruptRecordException">The file is no positions file, or its numbers cannot be true.</exception>
    internal static JournalPositions[] ReadAll(ReadOnlySpan<byte> contents, string record)
    {
        CheckHeader(contents, record);
        JournalPositions[] groups = new JournalPositions[4];
        for (int i = 0; i < groups.Length; i++)
        {
            ReadOnlySpan<byte> rest = contents[Math.Min(contents.Length, (int)OffsetOf((JournalSection)i))..];
            groups[i] = Checked(rest[..Math.Min(rest.Length, JournalPositions.GroupSize)], (JournalSection)i, record);
        }

        return groups;
    }

    /// <exception cref="CorruptRecordException">The file is no positions file.</exception>
    internal static void CheckHeader(SafeFileHandle file, string record)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        CheckHeader(header[..RandomAccess.Read(file, header, 0)], record);
    }

    private static void CheckHeader(ReadOnlySpan<byte> contents, string record)
    {
        if (contents.Length < HeaderSize || !contents.StartsWith(Magic))
        {
            throw new CorruptRecordException(record, "its file 'positions' does not start with TETHERJ1");
        }
    }

    private static JournalPositions Checked(ReadOnlySpan<byte> group, JournalSection section, string record)
    {
        JournalPositions positions = group.Length == JournalPositions.GroupSize ? JournalPositions.Read(group) : default;
        return positions.IsPlausible
            ? positions
            : throw new CorruptRecordException(
                record,
                $"the positions of {section} are not plausible ({group.Length} bytes read: "
                + $"start {positions.Start}, end {positions.End}, capacity {positions.Capacity})");
    }

    private static long OffsetOf(JournalSection section) => HeaderSize + ((int)section * JournalPositions.GroupSize);
}

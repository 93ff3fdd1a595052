using System.Buffers.Binary;

namespace Tether.Journal;

/// <summary>
/// How far one stream of a record is: a 32-byte group of the file <c>positions</c>, four little-endian 64-bit words. The keeper writes a
/// group with one positioned write after the bytes that it speaks of are in the stream's file; so a client that reads the group first and
/// the bytes then never sees bytes that are not there.
/// </summary>
/// <param name="Start">Offset of the oldest byte that can be read.</param>
/// <param name="End">Offset after the newest byte.</param>
/// <param name="Capacity">The byte with offset N stands in the stream's file at N modulo this.</param>
/// <param name="Flags">What else is known.</param>
internal readonly record struct JournalPositions(long Start, long End, long Capacity, JournalFlags Flags)
{
    internal const int GroupSize = 32;

    internal bool IsOpen => (Flags & JournalFlags.Open) != 0;

    internal void Write(Span<byte> group)
    {
        BinaryPrimitives.WriteInt64LittleEndian(group, Start);
        BinaryPrimitives.WriteInt64LittleEndian(group[8..], End);
        BinaryPrimitives.WriteInt64LittleEndian(group[16..], Capacity);
        BinaryPrimitives.WriteInt64LittleEndian(group[24..], (long)Flags);
    }

    internal static JournalPositions Read(ReadOnlySpan<byte> group) => new(
        BinaryPrimitives.ReadInt64LittleEndian(group),
        BinaryPrimitives.ReadInt64LittleEndian(group[8..]),
        BinaryPrimitives.ReadInt64LittleEndian(group[16..]),
        (JournalFlags)BinaryPrimitives.ReadInt64LittleEndian(group[24..]));

    /// <summary>Whether the numbers can be true at all: a reader believes nothing that it has not checked.</summary>
    internal bool IsPlausible => Start >= 0 && End >= Start && Capacity > 0 && End - Start <= Capacity;
}

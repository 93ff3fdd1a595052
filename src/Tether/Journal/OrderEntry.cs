using System.Buffers.Binary;

namespace Tether.Journal;

/// <summary>
/// Sixteen bytes of the file <c>order.log</c>: from <paramref name="Offset"/> on, output came from <paramref name="Stream"/>, at
/// <paramref name="Time"/>. An entry holds until the next one; one is written when the stream changes, and when a millisecond has passed.
/// </summary>
/// <param name="Time">100-nanosecond ticks since 0001-01-01, UTC.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Offset">The stream's offset that it starts at, below 2^56.</param>
internal readonly record struct OrderEntry(long Time, OutputStream Stream, long Offset)
{
    internal const int Size = 16;

    /// <summary>Whether the numbers can be true at all.</summary>
    internal bool IsPlausible => Stream is OutputStream.StandardOutput or OutputStream.StandardError && Time > 0 && Time <= DateTimeOffset.MaxValue.UtcTicks;

    internal void Write(Span<byte> entry)
    {
        BinaryPrimitives.WriteInt64LittleEndian(entry, Time);
        BinaryPrimitives.WriteInt64LittleEndian(entry[8..], Offset | ((long)Stream << 56));
    }

    internal static OrderEntry Read(ReadOnlySpan<byte> entry)
    {
        long packed = BinaryPrimitives.ReadInt64LittleEndian(entry[8..]);
        return new(BinaryPrimitives.ReadInt64LittleEndian(entry), (OutputStream)(packed >>> 56), packed & 0x00FF_FFFF_FFFF_FFFF);
    }
}

using System.Runtime.InteropServices;

namespace Tether.TestProgram;

/// <summary>
/// A sequence of bytes in which every position has its own value, so that a byte that is missing, doubled or moved shows. Compiled into the
/// tests as well.
/// </summary>
internal static class BytePattern
{
    /// <summary>Fills the buffer with the bytes from <paramref name="offset"/> on.</summary>
    internal static void Fill(Span<byte> buffer, long offset, ulong seed)
    {
        for (; buffer.Length > 0 && offset % sizeof(ulong) != 0; buffer = buffer[1..], offset++)
        {
            buffer[0] = (byte)(WordAt((ulong)(offset / sizeof(ulong)), seed) >> (int)(offset % sizeof(ulong) * 8));
        }

        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(buffer);
        ulong index = (ulong)(offset / sizeof(ulong));
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = WordAt(index++, seed);
        }

        ulong last = WordAt(index, seed);
        for (int i = words.Length * sizeof(ulong), shift = 0; i < buffer.Length; i++, shift += 8)
        {
            buffer[i] = (byte)(last >> shift);
        }
    }

    /// <summary>The finalizer of splitmix64.</summary>
    private static ulong WordAt(ulong index, ulong seed)
    {
        ulong z = (index + seed) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

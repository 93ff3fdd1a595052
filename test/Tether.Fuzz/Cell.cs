using System.Buffers.Binary;

namespace Tether.Fuzz;

/// <summary>
/// The payload of an input frame that the fuzzer means: it says which worker sent it and as its how many-th, and every byte of it can be
/// checked. What the program echoes is a row of cells, so that one that is lost, doubled, torn or moved shows.
/// </summary>
internal static class Cell
{
    internal const int HeaderSize = 12;
    private const ushort Mark = 0x7EC3;

    internal static void Write(Span<byte> cell, int worker, uint number)
    {
        WriteHeader(cell, worker, number, cell.Length);
        for (int i = HeaderSize; i < cell.Length; i++)
        {
            cell[i] = (byte)(number + (uint)i);
        }
    }

    /// <summary>Whether the bytes are exactly one cell of the worker.</summary>
    internal static bool Is(ReadOnlySpan<byte> bytes, int worker, uint number)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        if (bytes.Length < HeaderSize)
        {
            return false;
        }

        WriteHeader(header, worker, number, bytes.Length);
        return bytes.StartsWith(header) && WrongAt(bytes, number) < 0;
    }

    /// <summary>Reads the cell that the bytes start with. False when it is not all there.</summary>
    /// <exception cref="FuzzFailureException">The bytes are no cell.</exception>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out int length, out int worker, out uint number)
    {
        length = 0;
        worker = 0;
        number = 0;
        if (bytes.Length < HeaderSize)
        {
            return false;
        }

        worker = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        number = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        length = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        FuzzFailureException.ThrowIf(BinaryPrimitives.ReadUInt16LittleEndian(bytes) != Mark || length < HeaderSize, "The program was given bytes that nobody sent it.");
        if (bytes.Length < length)
        {
            return false;
        }

        int wrong = WrongAt(bytes[..length], number);
        FuzzFailureException.ThrowIf(wrong >= 0, $"Byte {wrong} of cell {number} of worker {worker} is not what was sent.");
        return true;
    }

    private static void WriteHeader(Span<byte> cell, int worker, uint number, int length)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(cell, Mark);
        BinaryPrimitives.WriteUInt16LittleEndian(cell[2..], (ushort)worker);
        BinaryPrimitives.WriteUInt32LittleEndian(cell[4..], number);
        BinaryPrimitives.WriteInt32LittleEndian(cell[8..], length);
    }

    private static int WrongAt(ReadOnlySpan<byte> cell, uint number)
    {
        for (int i = HeaderSize; i < cell.Length; i++)
        {
            if (cell[i] != (byte)(number + (uint)i))
            {
                return i;
            }
        }

        return -1;
    }
}

namespace Tether.TestProgram;

/// <summary>Writes so many bytes of <see cref="BytePattern"/> to stdout, in pieces of every length up to the largest.</summary>
internal static class PiecesBehavior
{
    internal static int Run(long bytes, int largest, ulong seed)
    {
        using Stream output = StandardFile.Open(1);
        WriteTo(output, bytes, largest, seed);
        return 0;
    }

    internal static void WriteTo(Stream output, long bytes, int largest, ulong seed, Action? afterPiece = null)
    {
        Random random = new((int)seed);
        byte[] block = new byte[largest];
        for (long offset = 0; offset < bytes;)
        {
            Span<byte> piece = block.AsSpan(0, (int)Math.Min(random.Next(largest) + 1, bytes - offset));
            BytePattern.Fill(piece, offset, seed);
            output.Write(piece);
            offset += piece.Length;
            afterPiece?.Invoke();
        }
    }
}

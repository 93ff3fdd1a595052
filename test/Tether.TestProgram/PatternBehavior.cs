namespace Tether.TestProgram;

/// <summary>Writes so many bytes of <see cref="BytePattern"/> to stdout and exits at once.</summary>
internal static class PatternBehavior
{
    private const int BlockSize = 256 * 1024;

    internal static int Run(long bytes, ulong seed)
    {
        using Stream output = StandardFile.Open(1);
        byte[] block = new byte[BlockSize];
        for (long offset = 0; offset < bytes; offset += BlockSize)
        {
            Span<byte> piece = block.AsSpan(0, (int)Math.Min(BlockSize, bytes - offset));
            BytePattern.Fill(piece, offset, seed);
            output.Write(piece);
        }

        return 0;
    }
}

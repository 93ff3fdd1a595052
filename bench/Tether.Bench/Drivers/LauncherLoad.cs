namespace Tether.Bench.Drivers;

/// <summary>Makes this process a big launcher: memory that it has touched, and descriptors that it holds.</summary>
internal sealed class LauncherLoad : IDisposable
{
    private readonly List<byte[]> _memory = [];
    private readonly List<FileStream> _files = [];

    internal LauncherLoad(int megabytes, int descriptors)
    {
        for (int left = megabytes; left > 0; left -= 64)
        {
            byte[] piece = GC.AllocateUninitializedArray<byte>(64 << 20, pinned: true);
            Array.Fill(piece, (byte)1);
            _memory.Add(piece);
        }

        for (int i = 0; i < descriptors; i++)
        {
            _files.Add(new FileStream("/dev/null", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1));
        }
    }

    public void Dispose()
    {
        _files.ForEach(file => file.Dispose());
        GC.KeepAlive(_memory);
    }
}

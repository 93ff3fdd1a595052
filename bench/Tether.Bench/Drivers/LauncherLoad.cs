using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tether.Bench.Drivers;

/// <summary>Makes this process a big launcher: memory that it has touched, and descriptors that it holds.</summary>
internal sealed partial class LauncherLoad : IDisposable
{
    private const int CloseOnExec = 0x80000;

    private readonly List<byte[]> _memory = [];
    private readonly List<SafeFileHandle> _files = [];

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
            // Not by .NET's, which locks each (flock): ten thousand locks on one file would be what is measured, and in this driver only.
            SafeFileHandle file = Open("/dev/null", CloseOnExec);
            _files.Add(file.IsInvalid ? throw new InvalidOperationException($"open: {Marshal.GetLastPInvokeErrorMessage()}") : file);
        }
    }

    public void Dispose()
    {
        _files.ForEach(file => file.Dispose());
        GC.KeepAlive(_memory);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}

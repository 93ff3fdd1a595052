using Microsoft.Win32.SafeHandles;

namespace Tether.TestProgram;

/// <summary>
/// Writes what it reads to stdout. At the end of its input it opens the input again, which waits for the next keeper: it never ends by itself.
/// </summary>
internal static class EchoBehavior
{
    internal static int Run()
    {
        using FileStream output = new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        byte[] buffer = new byte[64 * 1024];
        FileStream input = new(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        while (true)
        {
            int read = input.Read(buffer);
            if (read > 0)
            {
                output.Write(buffer, 0, read);
                continue;
            }

            // Descriptor 0 stays open all the time: a FIFO without a reader could not be opened by the next keeper.
            input.Dispose();
            input = new FileStream("/proc/self/fd/0", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        }
    }
}

namespace Tether.TestProgram;

/// <summary>
/// Writes what it reads to stdout. At the end of its input it opens the input again, which waits for the next keeper: it never ends by itself.
/// On Windows no other keeper can take its pipe over, and it ends.
/// </summary>
internal static class EchoBehavior
{
    internal static int Run()
    {
        using Stream output = StandardFile.Open(1);
        byte[] buffer = new byte[64 * 1024];
        Stream input = StandardFile.Open(0);
        while (true)
        {
            int read = input.Read(buffer);
            if (read > 0)
            {
                output.Write(buffer, 0, read);
                continue;
            }

            if (OperatingSystem.IsWindows())
            {
                return 0;
            }

            // Descriptor 0 stays open all the time: a FIFO without a reader could not be opened by the next keeper.
            input.Dispose();
            input = new FileStream("/proc/self/fd/0", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        }
    }
}

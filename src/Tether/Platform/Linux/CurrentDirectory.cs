using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>This process's working directory to the byte: .NET's own replaces what is no UTF-8, and names another directory then.</summary>
[SupportedOSPlatform("linux")]
internal static class CurrentDirectory
{
    private const int PathCapacity = 4096; // PATH_MAX of <linux/limits.h>

    /// <summary>Its absolute path, as <see cref="ByteString"/> has it.</summary>
    /// <exception cref="DirectoryNotFoundException">It was removed.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static unsafe string Path
    {
        get
        {
            byte* path = stackalloc byte[PathCapacity];
            if (Libc.GetCurrentDirectory(path, PathCapacity) is not null)
            {
                return ByteString.Decode(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path));
            }

            int errno = Errno.Last();
            throw errno == Errno.ENOENT ? new DirectoryNotFoundException("This process's working directory was removed.") : Errno.Failed("getcwd", ".", errno);
        }
    }

    /// <summary>The absolute path that <paramref name="path"/> stands for.</summary>
    internal static string Resolve(string path) =>
        System.IO.Path.IsPathRooted(path) ? System.IO.Path.GetFullPath(path) : System.IO.Path.GetFullPath(path, Path);
}

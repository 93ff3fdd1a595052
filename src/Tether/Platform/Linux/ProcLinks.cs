using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>The links of /proc/PID: fd/N, cwd, root and exe. They lead to the file itself, also where their text is no path.</summary>
[SupportedOSPlatform("linux")]
internal static class ProcLinks
{
    /// <summary>The text of a link; null when it is gone.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static unsafe string? Read(string path)
    {
        const int Size = 4096;
        byte* buffer = stackalloc byte[Size];
        nint length = Libc.ReadLink(path, buffer, Size);
        return length >= 0 ? ByteString.Decode(new ReadOnlySpan<byte>(buffer, (int)length)) : Gone<string>("readlink", path, Errno.Last());
    }

    /// <summary>The file that a path leads to; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    internal static unsafe FileStatus? Status(string path)
    {
        FileStatus status = default;
        if (Libc.Statx(Libc.AT_FDCWD, path, 0, Libc.STATX_BASIC_STATS, &status) == 0)
        {
            return status;
        }

        Gone<string>("statx", path, Errno.Last());
        return null;
    }

    private static T? Gone<T>(string operation, string path, int errno)
        where T : class =>
        errno is Errno.ENOENT or Errno.ESRCH or Errno.ENOTDIR ? null : throw Errno.Failed(operation, path, errno);
}

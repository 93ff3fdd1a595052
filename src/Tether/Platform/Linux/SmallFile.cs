using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Linux;

/// <summary>
/// The reading of a small file of /proc with three system calls. <see cref="File"/> would ask for its size and lock it as well, with code
/// that a keeper needs for nothing else.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class ProcFile
{
    /// <summary>The file's bytes, as far as they fit. Null, with the errno, when it cannot be read.</summary>
    internal static unsafe ReadOnlySpan<byte> Read(string path, Span<byte> buffer, out int errno)
    {
        errno = 0;
        using SafeFileHandle file = Libc.Open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        int length = 0;
        if (file.IsInvalid)
        {
            errno = Errno.Last();
            return default;
        }

        fixed (byte* bytes = buffer)
        {
            while (length < buffer.Length)
            {
                nint read = Libc.Read(file, bytes + length, buffer.Length - length);
                if (read > 0)
                {
                    length += (int)read;
                    continue;
                }

                errno = read == 0 ? 0 : Errno.Last();
                if (errno == Errno.EINTR)
                {
                    continue;
                }

                break;
            }
        }

        return errno == 0 ? buffer[..length] : default;
    }
}

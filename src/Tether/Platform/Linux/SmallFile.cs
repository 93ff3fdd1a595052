using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Linux;

/// <summary>
/// The reading of a small file with three system calls and no exception for one that is not there. <see cref="File"/> would ask for its size
/// and lock it as well: for a list of thousands of records that is most of the time, and a keeper needs the code for nothing else.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class SmallFile
{
    /// <summary>What nothing of ours is larger than: a record holds a start request, of at most 16 MiB.</summary>
    private const int Largest = 64 * 1024 * 1024;

    /// <summary>The file's bytes, as far as they fit. Null, with the errno, when it cannot be read.</summary>
    internal static ReadOnlySpan<byte> Read(string path, Span<byte> buffer, out int errno)
    {
        using SafeFileHandle? file = Open(path, out errno);
        int length = file is null ? 0 : Fill(file, buffer, out errno);
        return errno == 0 ? buffer[..length] : default;
    }

    /// <summary>The file's first bytes, <paramref name="atMost"/> or all; null when there is none.</summary>
    /// <exception cref="IOException">It cannot be read, or is larger than anything that Tether writes.</exception>
    internal static byte[]? ReadStart(string path, int atMost)
    {
        using SafeFileHandle? file = Open(path, out int errno);
        if (file is null)
        {
            return errno is Errno.ENOENT or Errno.ENOTDIR ? null : throw Errno.Failed("open", path, errno);
        }

        byte[] contents = [];
        int length = 0;
        Span<byte> first = stackalloc byte[4096];
        for (Span<byte> room = first; ; room = contents.AsSpan(length))
        {
            room = room[..Math.Min(room.Length, atMost - length)];
            int read = Fill(file, room, out errno);
            if (errno != 0)
            {
                throw Errno.Failed("read", path, errno);
            }

            if (length == 0)
            {
                contents = room[..read].ToArray();
            }

            length += read;
            if (read < room.Length || length == atMost)
            {
                return contents.Length == length ? contents : contents.AsSpan(0, length).ToArray();
            }

            if (length >= Largest)
            {
                throw new IOException($"'{path}' is larger than {Largest} bytes.");
            }

            Array.Resize(ref contents, length * 4);
        }
    }

    /// <summary>A FIFO in place of a file is not waited for.</summary>
    private static SafeFileHandle? Open(string path, out int errno)
    {
        SafeFileHandle file = Libc.Open(path, Libc.O_RDONLY | Libc.O_CLOEXEC | Libc.O_NONBLOCK, 0);
        errno = file.IsInvalid ? Errno.Last() : 0;
        if (!file.IsInvalid)
        {
            return file;
        }

        file.Dispose();
        return null;
    }

    /// <summary>One read suffices for what fits: of a file, less than what was asked for means its end.</summary>
    private static int Fill(SafeFileHandle file, Span<byte> buffer, out int errno)
    {
        fixed (byte* bytes = buffer)
        {
            while (true)
            {
                nint read = Libc.Read(file, bytes, buffer.Length);
                errno = read < 0 ? Errno.Last() : 0;
                if (errno != Errno.EINTR)
                {
                    return (int)Math.Max(read, 0);
                }
            }
        }
    }
}

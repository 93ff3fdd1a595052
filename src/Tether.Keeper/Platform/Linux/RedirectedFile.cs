using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;
using Tether.Platform.Linux;

namespace Tether.Keeper.Platform.Linux;

/// <summary>
/// A file that a standard stream of the program is read from or written to. Opening never waits, never takes a terminal, and neither makes
/// nor empties a file that the start may not need in the end: what was made is removed, and emptied is last.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class RedirectedFile
{
    private const int Usual = Libc.O_CLOEXEC | Libc.O_NOCTTY | Libc.O_NONBLOCK;

    /// <summary>0666, of which the umask takes away.</summary>
    private const uint Everybody = 0x1B6;

    private readonly byte[] _path;
    private readonly string _what;
    private bool _isMade;

    private RedirectedFile(byte[] path, string what)
    {
        _path = path;
        _what = what;
    }

    internal SafeFileHandle Handle { get; private set; } = new();

    internal bool IsToBeEmptied { get; private set; }

    private string Text => Encoding.UTF8.GetString(_path);

    /// <exception cref="StartFailedException">It cannot be opened.</exception>
    internal static RedirectedFile Open(StreamTarget target, string what, bool isRead)
    {
        RedirectedFile file = new(target.Path, what);
        if (isRead)
        {
            file.OpenSource();
        }
        else
        {
            file.OpenTarget(target.Append);
        }

        return file;
    }

    internal void Empty()
    {
        if (IsToBeEmptied && Libc.Ftruncate(Handle, 0) != 0)
        {
            throw Failed(Errno.Last());
        }
    }

    /// <summary>The file was made for a start that failed.</summary>
    internal unsafe void Remove()
    {
        if (_isMade)
        {
            fixed (byte* path = (byte[])[.. _path, 0])
            {
                // Somebody may have taken it away already.
                _ = Libc.Unlink(path);
            }
        }
    }

    private void OpenSource()
    {
        Handle = TryOpen(Libc.O_RDONLY, out int errno);
        if (errno != 0)
        {
            throw Failed(errno);
        }

        FileStatus status = Status();
        if (status.IsDirectory)
        {
            throw Failed(Errno.EISDIR);
        }

        if (status.IsFifo)
        {
            // Opened without waiting it is at its end until somebody writes, which no program expects; and a keeper cannot wait.
            throw Failed(
                Errno.ENXIO,
                "it is a FIFO, and opening it would wait for a writer: open it yourself and pass it on "
                + "(ProcessStream.Descriptor, or '--stdin -')");
        }

        MakeBlocking();
    }

    private void OpenTarget(bool append)
    {
        int flags = Libc.O_WRONLY | (append ? Libc.O_APPEND : 0);
        Handle = TryOpen(flags, out int errno);
        if (errno == Errno.ENOENT)
        {
            Handle = TryOpen(flags | Libc.O_CREAT | Libc.O_EXCL, out errno);
            _isMade = errno == 0;
            if (errno == Errno.EEXIST)
            {
                // A symbolic link to what does not exist yet, or somebody made it just now.
                Handle = TryOpen(flags | Libc.O_CREAT, out errno);
            }
        }

        if (errno != 0)
        {
            throw errno == Errno.ENXIO
                ? Failed(errno, "it is a FIFO that nobody reads, or a device that is not there: start the reader first")
                : Failed(errno);
        }

        IsToBeEmptied = !append && Status() is { IsRegular: true, Size: > 0 };
        MakeBlocking();
    }

    private unsafe SafeFileHandle TryOpen(int flags, out int errno)
    {
        fixed (byte* path = (byte[])[.. _path, 0])
        {
            SafeFileHandle file = Libc.Open(path, flags | Usual, Everybody);
            errno = file.IsInvalid ? Errno.Last() : 0;
            return file;
        }
    }

    private unsafe FileStatus Status()
    {
        FileStatus status = default;
        return Libc.Statx(Handle, "", Libc.AT_EMPTY_PATH, Libc.STATX_BASIC_STATS, &status) == 0 ? status : throw Failed(Errno.Last());
    }

    /// <summary>The program shares these flags, and expects that it may wait.</summary>
    private void MakeBlocking()
    {
        int flags = Libc.Fcntl(Handle, Libc.F_GETFL, 0);
        if (flags < 0 || Libc.Fcntl(Handle, Libc.F_SETFL, flags & ~Libc.O_NONBLOCK) != 0)
        {
            throw Failed(Errno.Last());
        }
    }

    private StartFailedException Failed(int errno) => Failed(errno, errno switch
    {
        Errno.ENOENT when _what == "standard input" => "there is no such file: make it first, or use the null device",
        Errno.ENOENT or Errno.ENOTDIR => "its directory does not exist: make it first",
        Errno.EACCES or Errno.EPERM => "it may not be opened: look at the permissions of the file and of the directories above it",
        Errno.EISDIR => "it is a directory: name a file",
        _ => Errno.Text(errno),
    });

    private StartFailedException Failed(int errno, string problem)
    {
        Handle.Dispose();
        Remove();
        StartFailure reason = StartFailures.IsOutOfResources(errno) ? StartFailure.OutOfResources : StartFailure.RedirectionFailed;
        return new StartFailedException(reason, errno, $"its {_what} cannot be '{Text}': {problem}");
    }
}

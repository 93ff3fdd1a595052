using System.Globalization;

namespace Tether.Platform.Linux;

/// <summary>What /proc/PID/fdinfo/FD says of an open descriptor (proc_pid_fdinfo(5)).</summary>
internal sealed record DescriptorInfo
{
    // The bits are octal in the file, as in <asm-generic/fcntl.h>.
    private const int CloseOnExec = 0x80000;
    private const int AccessMode = 3;

    internal long Position { get; private init; }

    internal int Flags { get; private init; }

    internal int? MountId { get; private init; }

    internal IReadOnlyList<HeldLock> Locks { get; private init; } = [];

    /// <summary>The number N of /dev/pts/N, in the master of a pseudo-terminal.</summary>
    internal string? TerminalIndex { get; private init; }

    /// <summary>The process of a pidfd; -1 when it has ended.</summary>
    internal string? ProcessId { get; private init; }

    /// <summary>How many files an inotify or descriptors an epoll watches.</summary>
    internal int Watches { get; private init; }

    internal bool IsInheritable => (Flags & CloseOnExec) == 0;

    internal bool CanRead => (Flags & AccessMode) != Libc.O_WRONLY;

    internal bool CanWrite => (Flags & AccessMode) != Libc.O_RDONLY;

    internal static DescriptorInfo Parse(string text)
    {
        DescriptorInfo info = new();
        List<HeldLock> locks = [];
        foreach (string line in text.Split('\n'))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            string value = colon < 0 ? "" : line[(colon + 1)..].Trim();
            switch (colon < 0 ? line : line[..colon])
            {
                case "pos":
                    info = info with { Position = long.Parse(value, CultureInfo.InvariantCulture) };
                    break;
                case "flags":
                    info = info with { Flags = Convert.ToInt32(value, 8) };
                    break;
                case "mnt_id":
                    info = info with { MountId = int.Parse(value, CultureInfo.InvariantCulture) };
                    break;
                case "lock" when HeldLock.Parse(value) is { } held:
                    locks.Add(held);
                    break;
                case "tty-index":
                    info = info with { TerminalIndex = value };
                    break;
                case "Pid":
                    info = info with { ProcessId = value };
                    break;
                case "tfd":
                    info = info with { Watches = info.Watches + 1 };
                    break;
                default:
                    // "inotify wd:1 ino:… sdev:…", a line per watch.
                    info = line.StartsWith("inotify wd:", StringComparison.Ordinal) ? info with { Watches = info.Watches + 1 } : info;
                    break;
            }
        }

        return info with { Locks = locks };
    }
}

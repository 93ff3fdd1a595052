using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Linux;

namespace Tether.Keeper.Platform.Linux;

/// <summary>A pidfd (pidfd_open(2)) of a process that is not a child, by its identity.</summary>
[SupportedOSPlatform("linux")]
internal static class ProcessHandle
{
    /// <summary>Null when the process is gone. Opened first and looked at after, so that what is held is what was looked at.</summary>
    internal static SafeFileHandle? Open(int pid, long startTicks)
    {
        int descriptor = pid <= 0 ? -1 : (int)Libc.Syscall((nint)Libc.SYS_pidfd_open, pid, 0, 0, 0);
        if (descriptor < 0)
        {
            return pid <= 0 || Errno.Last() == Errno.ESRCH ? null : throw Errno.Failed("pidfd_open", $"process {pid}");
        }

        SafeFileHandle pidfd = new(descriptor, ownsHandle: true);
        if (ProcFs.StartTicks(pid) == startTicks)
        {
            return pidfd;
        }

        pidfd.Dispose();
        return null;
    }
}

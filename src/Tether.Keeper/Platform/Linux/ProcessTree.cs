using System.Runtime.Versioning;
using Tether.Platform.Linux;

namespace Tether.Keeper.Platform.Linux;

/// <summary>
/// All that came from a program. Its processes cannot leave the keeper, their subreaper: one whose parent ends becomes the keeper's own
/// child, also when it has a session of its own. So a walk down from the keeper meets every one of them, and no stranger.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class ProcessTree
{
    /// <summary>
    /// Signals every process below <paramref name="root"/>, parents before children. Each is held by a pidfd, and looked at again through
    /// its parent, before it is signalled: between the two the PID can have become nobody else's.
    /// </summary>
    internal static void Signal(int root, int signal, int except)
    {
        Queue<int> parents = new([root]);
        while (parents.TryDequeue(out int parent))
        {
            foreach (int child in ProcFs.Children(parent))
            {
                parents.Enqueue(child);
                if (child != except)
                {
                    SignalChild(parent, child, signal);
                }
            }
        }
    }

    private static void SignalChild(int parent, int child, int signal)
    {
        int pidfd = (int)Libc.Syscall((nint)Libc.SYS_pidfd_open, child, 0, 0, 0);
        if (pidfd < 0)
        {
            // It is gone.
            return;
        }

        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = new(pidfd, ownsHandle: true);
        if (ProcFs.Parent(child) == parent)
        {
            // It may have ended by now; then the signal meets a zombie, or nobody.
            _ = Libc.Syscall((nint)Libc.SYS_pidfd_send_signal, pidfd, signal, 0, 0);
        }
    }
}

using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Linux;

namespace Tether.Keeper.Platform.Linux;

/// <summary>
/// All that came from a program. Its processes cannot leave the keeper, their subreaper: one whose parent ends becomes the keeper's own
/// child, also when it has a session of its own. So a walk down from the keeper meets every one of them, and no stranger.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class ProcessTree
{
    /// <summary>A tree that grows faster than it can be walked is given up after so many walks; killing comes back to it at each end it sees.</summary>
    private const int MaximumWalks = 64;

    /// <summary>
    /// Signals every process below <paramref name="root"/> once. The tree is walked before anything is signalled, and again until a walk
    /// meets nobody new: a process that ends at the signal hands its children up while they are looked for below it.
    /// </summary>
    internal static void Signal(int root, int signal)
    {
        HashSet<(int ProcessId, long StartTicks)> signalled = [];
        for (int walk = 0; walk < MaximumWalks; walk++)
        {
            bool any = false;
            foreach (int pid in Below(root))
            {
                any |= SignalOnce(pid, signal, signalled);
            }

            if (!any)
            {
                return;
            }
        }
    }

    /// <summary>Parents before children.</summary>
    private static List<int> Below(int root)
    {
        List<int> found = ProcFs.Children(root);
        for (int i = 0; i < found.Count; i++)
        {
            found.AddRange(ProcFs.Children(found[i]));
        }

        return found;
    }

    /// <summary>
    /// By a pidfd that is opened before the start time is read, so that what is signalled is what was looked at. True when the process
    /// was not met before.
    /// </summary>
    private static bool SignalOnce(int pid, int signal, HashSet<(int ProcessId, long StartTicks)> signalled)
    {
        int descriptor = (int)Libc.Syscall((nint)Libc.SYS_pidfd_open, pid, 0, 0, 0);
        if (descriptor < 0)
        {
            // It is gone.
            return false;
        }

        using SafeFileHandle pidfd = new(descriptor, ownsHandle: true);
        if (ProcFs.StartTicks(pid) is not { } start || !signalled.Add((pid, start)) || !IsBelow(pid))
        {
            return false;
        }

        // It may have ended by now; then the signal meets a zombie, or nobody.
        _ = Libc.Syscall((nint)Libc.SYS_pidfd_send_signal, descriptor, signal, 0, 0);
        return true;
    }

    /// <summary>Whether the process comes from this keeper: its PID can have become a stranger's between the walk and the pidfd.</summary>
    private static bool IsBelow(int pid)
    {
        int? ancestor = pid;
        while (ancestor is > 1)
        {
            ancestor = ProcFs.Parent(ancestor.Value);
            if (ancestor == Environment.ProcessId)
            {
                return true;
            }
        }

        return false;
    }
}

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

    private const int OpenAtOnce = 4;

    private static SafeFileHandle[] _reserve = [];

    /// <summary>Signals every process below <paramref name="root"/> once, in the way of the other overload.</summary>
    internal static void Signal(int root, int signal) => Signal(() => Below(root), pid => IsBelow(pid, root), signal);

    /// <summary>
    /// Signals every member once. All are looked for before anything is signalled, and again until a walk meets nobody new: a process that
    /// ends at the signal hands its children up while they are looked for below it.
    /// </summary>
    /// <param name="members">Who they are now.</param>
    /// <param name="belongs">Whether a process is one of them: its PID can have become a stranger's between the walk and the pidfd.</param>
    /// <param name="signal">The signal's number.</param>
    internal static void Signal(Func<List<int>> members, Func<int, bool> belongs, int signal)
    {
        // Without a descriptor every process would look as if it were gone. Nobody else takes these: the keeper has one thread.
        Array.ForEach(_reserve, descriptor => descriptor.Dispose());
        try
        {
            SignalAll(members, belongs, signal);
        }
        finally
        {
            ReserveDescriptors();
        }
    }

    /// <summary>
    /// Keeps as many descriptors as a walk has open at once (a pidfd, two directories, a file), so that a keeper whose clients have taken all
    /// others can still end its program. Before the program is started.
    /// </summary>
    internal static void ReserveDescriptors()
    {
        SafeFileHandle[] reserve = new SafeFileHandle[OpenAtOnce];
        for (int i = 0; i < reserve.Length; i++)
        {
            reserve[i] = Libc.Open("/dev/null", Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        }

        _reserve = reserve;
    }

    private static void SignalAll(Func<List<int>> members, Func<int, bool> belongs, int signal)
    {
        HashSet<(int ProcessId, long StartTicks)> signalled = [];
        for (int walk = 0; walk < MaximumWalks; walk++)
        {
            bool any = false;
            foreach (int pid in members())
            {
                any |= SignalOnce(pid, belongs, signal, signalled);
            }

            if (!any)
            {
                return;
            }
        }
    }

    /// <summary>Whether a process comes from another one, by its parents.</summary>
    internal static bool IsBelow(int pid, int ancestor)
    {
        int? parent = pid;
        while (parent is > 1)
        {
            parent = ProcFs.Parent(parent.Value);
            if (parent == ancestor)
            {
                return true;
            }
        }

        return false;
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
    private static bool SignalOnce(int pid, Func<int, bool> belongs, int signal, HashSet<(int ProcessId, long StartTicks)> signalled)
    {
        int descriptor = (int)Libc.Syscall((nint)Libc.SYS_pidfd_open, pid, 0, 0, 0);
        if (descriptor < 0)
        {
            // It is gone.
            return false;
        }

        using SafeFileHandle pidfd = new(descriptor, ownsHandle: true);
        if (ProcFs.StartTicks(pid) is not { } start || !signalled.Add((pid, start)) || !belongs(pid))
        {
            return false;
        }

        // It may have ended by now; then the signal meets a zombie, or nobody.
        _ = Libc.Syscall((nint)Libc.SYS_pidfd_send_signal, descriptor, signal, 0, 0);
        return true;
    }
}

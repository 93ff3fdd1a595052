using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Linux;
using Tether.Records;

namespace Tether.Keeper.Platform.Linux;

/// <summary>A program that this keeper has started: it and all that came from it stay below the keeper, their subreaper (prctl(2)).</summary>
[SupportedOSPlatform("linux")]
internal sealed class ChildProcesses(int processId) : ProgramProcesses(processId)
{
    internal override bool TellsEnds => true;

    internal override SafeFileHandle? ExitWatch => null;

    internal override unsafe bool Any
    {
        get
        {
            const int noWait = 0x01000000; // WNOWAIT: only look
            Libc.ChildStatus status = default;
            return Libc.WaitId(Libc.P_ALL, 0, &status, Libc.WEXITED | Libc.WNOHANG | noWait) == 0 || Errno.Last() != Errno.ECHILD;
        }
    }

    internal override unsafe ExitFile? Reap(out bool any)
    {
        ExitFile? ended = null;
        any = false;
        while (true)
        {
            Libc.ChildStatus status = default;
            if (Libc.WaitId(Libc.P_ALL, 0, &status, Libc.WEXITED | Libc.WNOHANG) != 0 || status.ProcessId == 0)
            {
                return ended;
            }

            any = true;
            if (status.ProcessId == ProcessId && !HasEnded)
            {
                HasEnded = true;
                ended = ToExit(status);
            }
        }
    }

    /// <summary>Before it is reaped, its PID is certainly the program's: the keeper alone reaps it, on this thread.</summary>
    internal override int Signal(int signal) => HasEnded ? Errno.ESRCH : Libc.Kill(ProcessId, signal) == 0 ? 0 : Errno.Last();

    internal override int SignalTree(int signal)
    {
        ProcessTree.Signal(Environment.ProcessId, signal);
        return 0;
    }

    /// <summary>Kills until nothing below the keeper is left: what a killed process had started meanwhile becomes the keeper's child.</summary>
    internal unsafe void EndAll()
    {
        Libc.ChildStatus status = default;
        do
        {
            HasEnded |= status.ProcessId == ProcessId;
            SignalTree(Libc.SIGKILL);
        }
        while (Libc.WaitId(Libc.P_ALL, 0, &status, Libc.WEXITED) == 0 || Errno.Last() != Errno.ECHILD);
    }

    public override void Dispose()
    {
    }

    private static ExitFile ToExit(Libc.ChildStatus status) => ToExit(status.Code switch
    {
        Libc.CLD_KILLED => status.Status,
        Libc.CLD_DUMPED => status.Status | 0x80,
        _ => (status.Status & 0xFF) << 8,
    });
}

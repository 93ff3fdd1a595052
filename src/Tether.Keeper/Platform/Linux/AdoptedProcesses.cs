using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Platform.Linux;
using Tether.Records;

namespace Tether.Keeper.Platform.Linux;

/// <summary>
/// A program whose keeper was killed. It is another process's child now, so a pidfd tells when it ends, and the kernel how
/// (PIDFD_GET_INFO, Linux 6.15). What belongs to it: what is below it, what is in its session, and what holds its output.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class AdoptedProcesses : ProgramProcesses
{
    private readonly string[] _outputs;
    private readonly long _startTicks;
    private readonly SafeFileHandle? _pidfd;
    private bool _isTold;
    private long _endTicks;

    /// <summary>Takes hold of the program. When it is gone already, <see cref="Reap"/> says so.</summary>
    /// <param name="record">Its record.</param>
    /// <param name="directory">The record's directory.</param>
    internal AdoptedProcesses(RecordFile record, string directory)
        : base(record.ProcessId)
    {
        _outputs = [Path.Combine(directory, RecordPaths.StandardOutputFifo), Path.Combine(directory, RecordPaths.StandardErrorFifo)];
        _startTicks = record.ProcessStartTicks;
        _pidfd = ProcessHandle.Open(record.ProcessId, record.ProcessStartTicks);
        if (_pidfd is not null && ProcFs.Session(record.ProcessId) != record.ProcessId)
        {
            // Ticks are ten milliseconds: a stranger can have both numbers. But every program leads a session.
            _pidfd.Dispose();
            _pidfd = null;
        }

        HasEnded = _pidfd is null;
    }

    internal override bool TellsEnds => false;

    internal override SafeFileHandle? ExitWatch => _pidfd;

    internal override bool Any => !HasEnded || Members().Any(pid => !ProcFs.IsZombie(pid));

    internal override ExitFile? Reap(out bool any)
    {
        any = false;
        if (_isTold || (!HasEnded && !IsPidfdReadable()))
        {
            return null;
        }

        any = true;
        _isTold = true;
        _endTicks = HasEnded ? 0 : ProcFs.NowTicks();
        HasEnded = true;
        // A zombie shows its status; reaped, the pidfd has it. Between the two looks it may have become the latter.
        int? status = _pidfd is null ? null : ProcFs.WaitStatus(ProcessId) ?? ExitInfo();
        return status is { } known ? ToExit(known) : ExitFile.Unknown(DateTimeOffset.UtcNow);
    }

    internal override int Signal(int signal)
    {
        if (HasEnded)
        {
            return Errno.ESRCH;
        }

        return Libc.Syscall((nint)Libc.SYS_pidfd_send_signal, _pidfd!.DangerousGetHandle(), signal, 0, 0) == 0 ? 0 : Errno.Last();
    }

    internal override int SignalTree(int signal)
    {
        ProcessTree.Signal(Members, Belongs, signal);
        return 0;
    }

    public override void Dispose() => _pidfd?.Dispose();

    private List<int> Members() => [.. ProcFs.Processes().Where(Belongs)];

    private bool Belongs(int pid) =>
        pid != Environment.ProcessId && (IsInSession(pid) || IsBelowProgram(pid) || _outputs.Any(output => Fifo.IsHeldBy(pid, output)));

    /// <summary>
    /// A session outlives its leader, and its number is nobody else's until then. A stranger's that had it after that could only start after the
    /// program's end.
    /// </summary>
    private bool IsInSession(int pid) => ProcFs.Session(pid) == ProcessId && (HasEnded ? ProcFs.StartTicks(pid) <= _endTicks : IsProgramThere);

    private bool IsBelowProgram(int pid) => !HasEnded && IsProgramThere && ProcessTree.IsBelow(pid, ProcessId);

    private bool IsProgramThere => ProcFs.StartTicks(ProcessId) == _startTicks;

    private unsafe bool IsPidfdReadable()
    {
        PollRequest poll = new() { Descriptor = (int)_pidfd!.DangerousGetHandle(), Events = Libc.POLLIN };
        return Libc.Poll(&poll, 1, 0) > 0;
    }

    private unsafe int? ExitInfo()
    {
        PidfdInfo info = new() { Mask = PidfdInfo.Exit };
        return Libc.Ioctl(_pidfd!, PidfdInfo.GetInfo, &info) == 0 && (info.Mask & PidfdInfo.Exit) != 0 ? info.ExitCode : null;
    }

    /// <summary><c>struct pidfd_info</c> of linux/pidfd.h in its first size, which later kernels take as well.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct PidfdInfo
    {
        internal const ulong Exit = 1 << 3;

        /// <summary>_IOWR(0xFF, 11, struct pidfd_info)</summary>
        internal const nuint GetInfo = 0xC040FF0B;

        internal ulong Mask;
        private readonly ulong _cgroup;
        private readonly ulong _processes;
        private readonly ulong _parentAndRealUser;
        private readonly ulong _ids1;
        private readonly ulong _ids2;
        private readonly ulong _ids3;
        private readonly uint _ids4;
        internal int ExitCode;
    }
}

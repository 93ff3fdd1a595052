using System.ComponentModel;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>
/// A process that was started with exactly the handles that were given. With none, CreateProcess is told to pass nothing on; else it gets a
/// list, and what is not on the list is not passed on, whoever made it inheritable.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class WindowsProcess : IDisposable
{
    private const int MostTries = 4;

    private nint _thread;

    private WindowsProcess(Kernel32.ProcessInformation information, WindowsStart start)
    {
        Handle = new SafeProcessHandle(information.Process, ownsHandle: true);
        ProcessId = information.ProcessId;
        _thread = information.Thread;
        if ((start.Flags & Kernel32.CREATE_SUSPENDED) == 0)
            CloseThread();

        // Looked at rather than concluded: of nested jobs, one that allows it is left, and one around it that does not is stayed in.
        int isInJob;
        LeftJob = start.LeaveJob && Kernel32.IsProcessInJob(Handle, 0, &isInJob) && isInJob == 0;
    }

    internal SafeProcessHandle Handle { get; }

    internal int ProcessId { get; }

    /// <summary>The handle of its first thread while that is suspended; 0 once it runs.</summary>
    internal nint Thread => _thread;

    /// <summary>
    /// Whether a start that was to leave the starter's job is in none: it stays in one that does not allow to leave it. Says nothing where
    /// the process was given a job.
    /// </summary>
    internal bool LeftJob { get; }

    /// <summary>When it started, as a FILETIME: with the process id, its identity.</summary>
    internal long StartTime
    {
        get
        {
            long creation, exit, kernel, user;
            return Kernel32.GetProcessTimes(Handle, &creation, &exit, &kernel, &user)
                ? creation
                : throw new Win32Exception(WindowsError.Last(), $"The start time of process {ProcessId} cannot be read.");
        }
    }

    /// <exception cref="ArgumentException">Something cannot be passed on.</exception>
    /// <exception cref="Win32Exception">The system does not start it.</exception>
    internal static WindowsProcess Start(WindowsStart start)
    {
        using PreparedStart prepared = new(start);
        int error = Create(prepared, start.LeaveJob ? Kernel32.CREATE_BREAKAWAY_FROM_JOB : 0, out Kernel32.ProcessInformation information);
        // A job that forbids to leave it denies access; it is better to run inside of it, and to say so, than not at all.
        if (start.LeaveJob && error == WindowsError.AccessDenied)
            error = Create(prepared, 0, out information);

        return error == 0 ? new WindowsProcess(information, start) : throw prepared.Failed(error);
    }

    internal void Resume()
    {
        if (_thread != 0 && Kernel32.ResumeThread(_thread) == uint.MaxValue)
            throw new Win32Exception(WindowsError.Last(), $"Process {ProcessId} cannot be resumed.");

        CloseThread();
    }

    /// <summary>The exit code, or null when the time-out ran out. 259 is an exit code as any other.</summary>
    internal uint? WaitForExit(TimeSpan timeout)
    {
        uint code;
        return Kernel32.WaitForSingleObject(Handle, unchecked((uint)LocalTimeout.Milliseconds(timeout))) != 0 ? null
            : Kernel32.GetExitCodeProcess(Handle, &code) ? code
            : throw new Win32Exception(WindowsError.Last(), $"The exit code of process {ProcessId} cannot be read.");
    }

    internal void Terminate(uint exitCode)
    {
        if (!Kernel32.TerminateProcess(Handle, exitCode) && WaitForExit(TimeSpan.Zero) is null)
            throw new Win32Exception(WindowsError.Last(), $"Process {ProcessId} cannot be ended.");
    }

    internal bool IsInJob()
    {
        int result;
        return Kernel32.IsProcessInJob(Handle, 0, &result) ? result != 0 : throw new Win32Exception(WindowsError.Last());
    }

    public void Dispose()
    {
        CloseThread();
        Handle.Dispose();
    }

    /// <summary>
    /// Wine 8 loses one new process in some hundreds before it has begun, whoever starts it (docs/platforms.md). Nothing of it has run, so it
    /// is started again.
    /// </summary>
    private static int Create(PreparedStart prepared, uint flags, out Kernel32.ProcessInformation information)
    {
        int tries = 0;
        int error;
        do
            error = prepared.TryCreate(flags, out information);
        while (error == WindowsError.InternalError && ++tries < MostTries);

        return error;
    }

    private void CloseThread()
    {
        if (Interlocked.Exchange(ref _thread, 0) is var thread and not 0)
            Kernel32.CloseHandle(thread);
    }
}

using System.ComponentModel;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>A job object: all processes that come from those in it are in it, so they can be ended together.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class WindowsJob : IDisposable
{
    private WindowsJob(SafeFileHandle handle) => Handle = handle;

    internal SafeFileHandle Handle { get; }

    /// <param name="allowsBreakaway">Whether a process in it may start one outside of it, when it asks for that.</param>
    /// <param name="killsOnClose">Whether closing the last handle ends what is in it, as when its holder is killed.</param>
    internal static WindowsJob Create(bool allowsBreakaway, bool killsOnClose)
    {
        SafeFileHandle handle = Kernel32.CreateJobObject(null, null);
        Kernel32.JobLimits limits = new()
        {
            Flags = (allowsBreakaway ? Kernel32.JOB_OBJECT_LIMIT_BREAKAWAY_OK : 0)
                | (killsOnClose ? Kernel32.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE : 0),
        };
        if (handle.IsInvalid || !Kernel32.SetInformationJobObject(
            handle, Kernel32.JobObjectExtendedLimitInformation, &limits, (uint)sizeof(Kernel32.JobLimits)))
        {
            int error = WindowsError.Last();
            handle.Dispose();
            throw new Win32Exception(error, $"A job object cannot be made: {WindowsError.Text(error)} (error {error}).");
        }

        return new WindowsJob(handle);
    }

    internal void Terminate(uint exitCode)
    {
        if (!Kernel32.TerminateJobObject(Handle, exitCode))
            throw new Win32Exception(WindowsError.Last(), "The processes of the job cannot be ended.");
    }

    public void Dispose() => Handle.Dispose();
}

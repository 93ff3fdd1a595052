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
        WindowsJob job = new(handle);
        if (handle.IsInvalid)
        {
            int error = WindowsError.Last();
            handle.Dispose();
            throw new Win32Exception(error, $"A job object cannot be made: {WindowsError.Text(error)} (error {error}).");
        }

        try
        {
            job.SetLimits(allowsBreakaway, killsOnClose);
            return job;
        }
        catch
        {
            job.Dispose();
            throw;
        }
    }

    /// <summary>Sets again what <see cref="Create"/> has set.</summary>
    internal void SetLimits(bool allowsBreakaway, bool killsOnClose)
    {
        Kernel32.JobLimits limits = new()
        {
            Flags = (allowsBreakaway ? Kernel32.JOB_OBJECT_LIMIT_BREAKAWAY_OK : 0)
                | (killsOnClose ? Kernel32.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE : 0),
        };
        if (!Kernel32.SetInformationJobObject(
            Handle, Kernel32.JobObjectExtendedLimitInformation, &limits, (uint)sizeof(Kernel32.JobLimits)))
        {
            int error = WindowsError.Last();
            throw new Win32Exception(error, $"The limits of a job object cannot be set: {WindowsError.Text(error)} (error {error}).");
        }
    }

    /// <summary>Lets a completion port be told of what happens in the job: the message's number in place of a count of bytes.</summary>
    internal void TellTo(nint port, nuint key)
    {
        Kernel32.JobPort tell = new() { Key = key, Port = port };
        if (!Kernel32.SetInformationJobObject(
            Handle, Kernel32.JobObjectAssociateCompletionPortInformation, &tell, (uint)sizeof(Kernel32.JobPort)))
        {
            int error = WindowsError.Last();
            throw new Win32Exception(error, $"A job object cannot tell of its processes: {WindowsError.Text(error)} (error {error}).");
        }
    }

    /// <summary>The processes that are in it now.</summary>
    internal IReadOnlyList<int> Processes()
    {
        // JOBOBJECT_BASIC_PROCESS_ID_LIST: how many there are, how many are listed, and their ids.
        nuint[] list = new nuint[1 + 64];
        while (true)
        {
            fixed (nuint* start = list)
            {
                bool all = Kernel32.QueryInformationJobObject(
                    Handle, Kernel32.JobObjectBasicProcessIdList, start, (uint)(list.Length * sizeof(nuint)), null);
                if (!all && WindowsError.Last() is not WindowsError.MoreData and var error)
                {
                    throw new Win32Exception(
                        error, $"The processes of a job object cannot be listed: {WindowsError.Text(error)} (error {error}).");
                }

                uint* counts = (uint*)start;
                if (all && counts[0] <= counts[1])
                {
                    return [.. list.AsSpan(1, (int)counts[1]).ToArray().Select(id => (int)id)];
                }

                list = new nuint[1 + counts[0] + 64];
            }
        }
    }

    /// <summary>Whether this process is in any job.</summary>
    internal static bool HoldsThisProcess()
    {
        int result;
        using SafeProcessHandle self = new(Kernel32.GetCurrentProcess(), ownsHandle: false);
        return Kernel32.IsProcessInJob(self, 0, &result)
            ? result != 0
            : throw new Win32Exception(WindowsError.Last(), "Whether this process is in a job cannot be told.");
    }

    internal void Terminate(uint exitCode)
    {
        if (!Kernel32.TerminateJobObject(Handle, exitCode))
            throw new Win32Exception(WindowsError.Last(), "The processes of the job cannot be ended.");
    }

    public void Dispose() => Handle.Dispose();
}

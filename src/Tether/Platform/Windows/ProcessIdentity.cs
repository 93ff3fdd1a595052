using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>Which process a number means: it is the same one only with the same start time, since numbers are used again at once.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe class ProcessIdentity
{
    internal static long OwnStartTime
    {
        get
        {
            using SafeProcessHandle self = new(Kernel32.GetCurrentProcess(), ownsHandle: false);
            return StartTime(self) ?? throw WindowsError.Failed("Reading the start time of", "this process", WindowsError.Last());
        }
    }

    /// <summary>
    /// The process, if it is still there and the one that started then; null otherwise. To be waited for and looked at only.
    /// </summary>
    internal static SafeProcessHandle? Open(int processId, long startTime)
    {
        SafeProcessHandle process = Kernel32.OpenProcess(
            Kernel32.SYNCHRONIZE | Kernel32.PROCESS_QUERY_LIMITED_INFORMATION, false, processId);
        // A process whose handles are closed can be opened for a moment longer, so it is asked whether it has ended.
        if (!process.IsInvalid && StartTime(process) == startTime && Kernel32.WaitForSingleObject(process, 0) != 0)
        {
            return process;
        }

        process.Dispose();
        return null;
    }

    internal static bool IsAlive(int processId, long startTime)
    {
        using SafeProcessHandle? process = processId > 0 ? Open(processId, startTime) : null;
        return process is not null;
    }

    /// <summary>As a FILETIME; null when there is no such process.</summary>
    internal static long? StartTimeOf(int processId)
    {
        using SafeProcessHandle process = Kernel32.OpenProcess(Kernel32.PROCESS_QUERY_LIMITED_INFORMATION, false, processId);
        return process.IsInvalid ? null : StartTime(process);
    }

    private static long? StartTime(SafeProcessHandle process)
    {
        long creation, exit, kernel, user;
        return Kernel32.GetProcessTimes(process, &creation, &exit, &kernel, &user) ? creation : null;
    }
}

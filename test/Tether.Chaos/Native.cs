using System.Runtime.InteropServices;

namespace Tether.Chaos;

/// <summary>Signals by pidfd, never to a bare PID, and the limits of another process.</summary>
internal static partial class Native
{
    internal const int Kill = 9;
    internal const int Terminate = 15;
    internal const int Continue = 18;
    internal const int Stop = 19;
    private const int DescriptorLimit = 7;
    private const nint PidfdSendSignal = 424;
    private const nint PidfdOpen = 434;

    /// <summary>Signals the process when its command line is the expected one. False when it is not there.</summary>
    internal static bool Signal(int pid, Func<string[], bool> isExpected, int signal)
    {
        int pidfd = (int)Syscall(PidfdOpen, pid, 0, 0, 0);
        if (pidfd < 0)
        {
            return false;
        }

        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = new(pidfd, ownsHandle: true);
        return isExpected(CommandLine(pid)) && Syscall(PidfdSendSignal, pidfd, signal, 0, 0) == 0;
    }

    /// <summary>False when the process, which had the expected command line, has not ended by then.</summary>
    internal static unsafe bool WaitForEnd(int pid, Func<string[], bool> isExpected, TimeSpan patience)
    {
        int pidfd = (int)Syscall(PidfdOpen, pid, 0, 0, 0);
        if (pidfd < 0)
        {
            return true;
        }

        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = new(pidfd, ownsHandle: true);
        PollRequest request = new() { Descriptor = pidfd, Events = 1 }; // POLLIN: it has ended (pidfd_open(2))
        return !isExpected(CommandLine(pid)) || Poll(&request, 1, (int)patience.TotalMilliseconds) != 0;
    }

    internal static unsafe bool LimitDescriptors(int pid, ulong? soft)
    {
        ulong* limit = stackalloc ulong[2];
        if (Limit(pid, DescriptorLimit, null, limit) != 0)
        {
            return false;
        }

        limit[0] = soft ?? limit[1];
        return Limit(pid, DescriptorLimit, limit, null) == 0;
    }

    /// <summary>Whether a process has the word among its arguments.</summary>
    internal static bool IsInACommandLine(string word) => Directory.EnumerateDirectories("/proc")
        .Any(process => int.TryParse(Path.GetFileName(process), out int pid) && CommandLine(pid).Contains(word));

    internal static string[] CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static unsafe partial int Poll(PollRequest* requests, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, nint a, nint b, nint c, nint d);

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    private static unsafe partial int Limit(int pid, int resource, ulong* value, ulong* old);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        internal int Descriptor;
        internal short Events;
        internal short Happened;
    }
}

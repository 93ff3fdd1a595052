using System.Runtime.InteropServices;

namespace Tether.TestLauncher;

/// <summary>What .NET does not do, or does only with O_CLOEXEC.</summary>
internal static unsafe partial class Native
{
    internal const int O_CLOEXEC = 0x80000;
    internal const int F_DUPFD = 0;
    internal const int RLIMIT_NOFILE = 7;
    internal const int SIG_BLOCK = 0;
    internal const nint SIG_IGN = 1;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Fcntl(int descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    internal static partial int Flock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    internal static partial int SetResourceLimit(int resource, ResourceLimit* limit);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    internal static partial int GetResourceLimit(int resource, ResourceLimit* limit);

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    internal static partial nint Signal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask", SetLastError = true)]
    internal static partial int SignalMask(int how, ulong* set, ulong* old);

    [LibraryImport("libc", EntryPoint = "umask")]
    internal static partial uint Umask(uint mask);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int WaitPid(int pid, int* status, int options);

    internal static int Check(int result, string operation) =>
        result >= 0 ? result : throw new IOException($"{operation} failed: {Marshal.GetLastPInvokeErrorMessage()}.");

    [StructLayout(LayoutKind.Sequential)]
    internal struct ResourceLimit
    {
        internal ulong Soft;
        internal ulong Hard;
    }
}

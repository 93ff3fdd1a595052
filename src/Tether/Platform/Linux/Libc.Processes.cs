using System.Runtime.InteropServices;

namespace Tether.Platform.Linux;

internal static partial class Libc
{
    internal const short POSIX_SPAWN_SETSIGDEF = 0x04;
    internal const short POSIX_SPAWN_SETSIGMASK = 0x08;
    internal const short POSIX_SPAWN_SETSID = 0x80;

    internal const int P_ALL = 0;
    internal const int P_PID = 1;
    internal const int WNOHANG = 0x1;
    internal const int WEXITED = 0x4;

    internal const int CLD_EXITED = 1;
    internal const int CLD_KILLED = 2;
    internal const int CLD_DUMPED = 3;

    internal const int SIGINT = 2;
    internal const int SIGHUP = 1;
    internal const int SIGQUIT = 3;
    internal const int SIGKILL = 9;
    internal const int SIGUSR1 = 10;
    internal const int SIGPIPE = 13;
    internal const int SIGTERM = 15;
    internal const int SIGCHLD = 17;
    internal const int SIGCONT = 18;
    internal const int SIGXCPU = 24;
    internal const int SIGXFSZ = 25;

    internal const nint SIG_IGN = 1;

    /// <summary>Linux 5.11 and later.</summary>
    internal const int CLOSE_RANGE_CLOEXEC = 4;

    internal const int PR_SET_NAME = 15;
    internal const int PR_SET_CHILD_SUBREAPER = 36;
    internal const int RLIMIT_NOFILE = 7;

    // <asm-generic/unistd.h>: the numbers that x86-64 and arm64 share.
    internal const long SYS_pidfd_send_signal = 424;
    internal const long SYS_pidfd_open = 434;

    [LibraryImport(Library, EntryPoint = "posix_spawn")]
    internal static unsafe partial int PosixSpawn(int* pid, byte* path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_init")]
    internal static unsafe partial int SpawnAttributesInit(void* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_destroy")]
    internal static unsafe partial int SpawnAttributesDestroy(void* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setflags")]
    internal static unsafe partial int SpawnAttributesSetFlags(void* attributes, short flags);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigmask")]
    internal static unsafe partial int SpawnAttributesSetSignalMask(void* attributes, SignalSet* mask);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static unsafe partial int SpawnAttributesSetDefaultSignals(void* attributes, SignalSet* signals);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    internal static unsafe partial int SpawnActionsInit(void* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static unsafe partial int SpawnActionsDestroy(void* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addclose")]
    internal static unsafe partial int SpawnActionsAddClose(void* actions, int descriptor);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static unsafe partial int SpawnActionsAddDuplicate(void* actions, int from, int to);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int SpawnActionsAddOpen(void* actions, int descriptor, string path, int flags, uint mode);

    /// <summary>glibc 2.34 and later; musl has none, so that it is looked up when it is called and not by the linker.</summary>
    [LibraryImport("libc.so.6", EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    internal static unsafe partial int SpawnActionsAddCloseFrom(void* actions, int from);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    internal static unsafe partial int SpawnActionsAddChangeDirectory(void* actions, byte* path);

    [LibraryImport(Library, EntryPoint = "waitid", SetLastError = true)]
    internal static unsafe partial int WaitId(int idType, int id, ChildStatus* status, int options);

    [LibraryImport(Library, EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int pid, int signal);

    [LibraryImport(Library, EntryPoint = "signal", SetLastError = true)]
    internal static partial nint Signal(int signal, nint handler);

    [LibraryImport(Library, EntryPoint = "close_range", SetLastError = true)]
    internal static partial int CloseRange(uint first, uint last, int flags);

    [LibraryImport(Library, EntryPoint = "prctl", SetLastError = true)]
    internal static partial int Prctl(int option, nint argument2, nint argument3, nint argument4, nint argument5);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint Syscall(nint number, nint argument1, nint argument2, nint argument3, nint argument4);

    [LibraryImport(Library, EntryPoint = "getrlimit", SetLastError = true)]
    internal static unsafe partial int GetResourceLimit(int resource, ResourceLimit* limit);

    [LibraryImport(Library, EntryPoint = "setrlimit", SetLastError = true)]
    internal static unsafe partial int SetResourceLimit(int resource, ResourceLimit* limit);

    /// <summary><c>sigset_t</c> of glibc and musl: 128 bytes, of which the kernel reads the first eight.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    internal struct SignalSet
    {
        private ulong _signals;

        internal static SignalSet All => new() { _signals = ulong.MaxValue };

        internal void Add(int signal) => _signals |= 1UL << (signal - 1);
    }

    /// <summary>The head of <c>siginfo_t</c> as waitid(2) fills it.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    internal struct ChildStatus
    {
        internal int Signal;
        internal int Error;
        internal int Code;
        private readonly int _padding;
        internal int ProcessId;
        internal uint UserId;
        internal int Status;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct ResourceLimit
    {
        internal ulong Soft;
        internal ulong Hard;
    }
}

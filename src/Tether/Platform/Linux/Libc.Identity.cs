using System.Runtime.InteropServices;

namespace Tether.Platform.Linux;

/// <content>Users, groups and what else a process is given before it executes its program.</content>
internal static partial class Libc
{
    internal const nint SIG_DFL = 0;

    internal const int SIG_SETMASK = 2;

    internal const int PRIO_PROCESS = 0;

    internal const uint MFD_CLOEXEC = 1;

    [LibraryImport(Library, EntryPoint = "execve", SetLastError = true)]
    internal static unsafe partial int Execute(byte* path, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "umask")]
    internal static partial uint Umask(uint mask);

    [LibraryImport(Library, EntryPoint = "setpriority", SetLastError = true)]
    internal static partial int SetPriority(int which, uint who, int priority);

    [LibraryImport(Library, EntryPoint = "setgroups", SetLastError = true)]
    internal static unsafe partial int SetGroups(nint count, uint* groups);

    [LibraryImport(Library, EntryPoint = "setresgid", SetLastError = true)]
    internal static partial int SetGroupIds(uint real, uint effective, uint saved);

    [LibraryImport(Library, EntryPoint = "setresuid", SetLastError = true)]
    internal static partial int SetUserIds(uint real, uint effective, uint saved);

    [LibraryImport(Library, EntryPoint = "getuid")]
    internal static partial uint GetUserId();

    [LibraryImport(Library, EntryPoint = "getgid")]
    internal static partial uint GetGroupId();

    [LibraryImport(Library, EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Chown(string path, uint user, uint group);

    [LibraryImport(Library, EntryPoint = "pthread_sigmask")]
    internal static unsafe partial int SignalMask(int how, SignalSet* set, SignalSet* old);

    [LibraryImport(Library, EntryPoint = "sigaction", SetLastError = true)]
    internal static unsafe partial int SignalAction(int signal, void* action, SignalActionHead* old);

    [LibraryImport(Library, EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MemoryFile(string name, uint flags);

    [LibraryImport(Library, EntryPoint = "pipe2", SetLastError = true)]
    internal static unsafe partial int Pipe(int* ends, int flags);

    [LibraryImport(Library, EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int GetUser(string name, UserEntry* entry, byte* buffer, nint size, UserEntry** result);

    [LibraryImport(Library, EntryPoint = "getpwuid_r")]
    internal static unsafe partial int GetUser(uint id, UserEntry* entry, byte* buffer, nint size, UserEntry** result);

    [LibraryImport(Library, EntryPoint = "getgrnam_r", StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int GetGroup(string name, GroupEntry* entry, byte* buffer, nint size, GroupEntry** result);

    [LibraryImport(Library, EntryPoint = "getgrouplist")]
    internal static unsafe partial int GetGroupList(byte* user, uint group, uint* groups, int* count);

    /// <summary><c>struct sigaction</c>, of which only the disposition is looked at; 152 bytes in glibc and musl.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    internal struct SignalActionHead
    {
        internal nint Handler;
    }

    /// <summary><c>struct passwd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct UserEntry
    {
        internal byte* Name;
        internal byte* Password;
        internal uint UserId;
        internal uint GroupId;
        internal byte* Comment;
        internal byte* Home;
        internal byte* Shell;
    }

    /// <summary><c>struct group</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct GroupEntry
    {
        internal byte* Name;
        internal byte* Password;
        internal uint GroupId;
        internal byte** Members;
    }
}

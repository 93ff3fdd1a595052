using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>What is told of processes and handles by the system's own interface alone.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class Ntdll
{
    internal const int SystemProcessInformation = 5;
    internal const int SystemExtendedHandleInformation = 64;
    internal const int ObjectNameInformation = 1;
    internal const int ObjectTypeInformation = 2;
    internal const int ProcessBasicInformation = 0;
    internal const uint OBJ_INHERIT = 2;
    internal const int STATUS_INFO_LENGTH_MISMATCH = unchecked((int)0xC000_0004);

    [LibraryImport("ntdll")]
    internal static partial int NtQuerySystemInformation(int kind, void* information, uint size, uint* needed);

    [LibraryImport("ntdll")]
    internal static partial int NtQueryObject(SafeFileHandle handle, int kind, void* information, uint size, uint* needed);

    [LibraryImport("ntdll")]
    internal static partial int NtQueryInformationProcess(
        SafeProcessHandle process, int kind, void* information, uint size, uint* needed);

    [LibraryImport("ntdll")]
    internal static partial int RtlNtStatusToDosError(int status);

    /// <summary>UNICODE_STRING.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct UnicodeString
    {
        internal ushort Length;
        internal ushort MaximumLength;
        internal char* Buffer;

        internal readonly string Text => Buffer is null ? "" : new string(Buffer, 0, Length / sizeof(char));
    }

    /// <summary>SYSTEM_HANDLE_TABLE_ENTRY_INFO_EX; before the first stand how many there are and a word that is reserved.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct HandleTableEntry
    {
        internal nint Object;
        internal nint ProcessId;
        internal nint Value;
        internal uint Access;
        internal ushort CreatorIndex;
        internal ushort Type;
        internal uint Attributes;
        internal uint Reserved;
    }

    /// <summary>The beginning of SYSTEM_PROCESS_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ProcessEntry
    {
        internal uint NextOffset;
        internal uint Threads;
        internal fixed long Reserved[3];
        internal long StartTime;
        internal long UserTime;
        internal long KernelTime;
        internal UnicodeString Name;
        internal int BasePriority;
        internal nint ProcessId;
        internal nint ParentId;
    }

    /// <summary>PROCESS_BASIC_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ProcessBasics
    {
        internal nint ExitStatus;
        internal nint Environment;
        internal nint Affinity;
        internal nint Priority;
        internal nint ProcessId;
        internal nint ParentId;
    }
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <content>Processes and jobs.</content>
internal static unsafe partial class Kernel32
{
    internal const uint CREATE_SUSPENDED = 0x4;
    internal const uint DETACHED_PROCESS = 0x8;
    internal const uint CREATE_NEW_PROCESS_GROUP = 0x200;
    internal const uint CREATE_UNICODE_ENVIRONMENT = 0x400;
    internal const uint EXTENDED_STARTUPINFO_PRESENT = 0x80000;
    internal const uint CREATE_BREAKAWAY_FROM_JOB = 0x0100_0000;
    internal const uint CREATE_NO_WINDOW = 0x0800_0000;
    internal const int STARTF_USESTDHANDLES = 0x100;
    internal const uint STD_INPUT_HANDLE = unchecked((uint)-10);
    internal const uint STD_OUTPUT_HANDLE = unchecked((uint)-11);
    internal const uint STD_ERROR_HANDLE = unchecked((uint)-12);
    internal const uint PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
    internal const uint DUPLICATE_SAME_ACCESS = 2;
    internal const nuint PROC_THREAD_ATTRIBUTE_HANDLE_LIST = 0x20002;
    internal const nuint PROC_THREAD_ATTRIBUTE_JOB_LIST = 0x2000D;
    internal const uint HANDLE_FLAG_INHERIT = 1;
    internal const int JobObjectExtendedLimitInformation = 9;
    internal const int JobObjectBasicProcessIdList = 3;
    internal const int JobObjectAssociateCompletionPortInformation = 7;
    internal const uint JOB_OBJECT_LIMIT_BREAKAWAY_OK = 0x800;
    internal const uint JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE = 0x2000;

    [LibraryImport("kernel32", EntryPoint = "CreateProcessW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool CreateProcess(
        char* application, char* commandLine, SecurityAttributes* process, SecurityAttributes* thread,
        [MarshalAs(UnmanagedType.Bool)] bool inheritHandles, uint flags, char* environment, char* directory,
        StartupInfoEx* startup, ProcessInformation* information);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool InitializeProcThreadAttributeList(void* list, int count, int flags, nuint* size);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool UpdateProcThreadAttribute(
        void* list, uint flags, nuint attribute, void* value, nuint size, void* previous, nuint* returned);

    [LibraryImport("kernel32")]
    internal static partial void DeleteProcThreadAttributeList(void* list);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetHandleInformation(nint handle, uint* flags);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool SetHandleInformation(nint handle, uint mask, uint flags);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool DuplicateHandle(
        nint sourceProcess, nint source, nint targetProcess, nint* target, uint access,
        [MarshalAs(UnmanagedType.Bool)] bool inherit, uint options);

    [LibraryImport("kernel32")]
    internal static partial nint GetCurrentProcess();

    [LibraryImport("kernel32", EntryPoint = "GetEnvironmentStringsW")]
    internal static partial char* GetEnvironmentStrings();

    [LibraryImport("kernel32", EntryPoint = "FreeEnvironmentStringsW")]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool FreeEnvironmentStrings(char* block);

    [LibraryImport("kernel32", SetLastError = true)]
    internal static partial nint GetStdHandle(uint which);

    [LibraryImport("kernel32", SetLastError = true)]
    internal static partial SafeProcessHandle OpenProcess(uint access, [MarshalAs(UnmanagedType.Bool)] bool inherit, int processId);

    [LibraryImport("kernel32", SetLastError = true)]
    internal static partial uint ResumeThread(nint thread);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool CloseHandle(nint handle);

    [LibraryImport("kernel32", SetLastError = true)]
    internal static partial uint WaitForSingleObject(SafeProcessHandle handle, uint milliseconds);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetExitCodeProcess(SafeProcessHandle process, uint* exitCode);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool TerminateProcess(SafeProcessHandle process, uint exitCode);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetProcessTimes(SafeProcessHandle process, long* creation, long* exit, long* kernel, long* user);

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW", SetLastError = true)]
    internal static partial SafeFileHandle CreateJobObject(SecurityAttributes* security, char* name);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool SetInformationJobObject(SafeFileHandle job, int kind, void* information, uint size);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool QueryInformationJobObject(SafeFileHandle job, int kind, void* information, uint size, uint* needed);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool AssignProcessToJobObject(SafeFileHandle job, SafeProcessHandle process);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool IsProcessInJob(SafeProcessHandle process, nint job, int* result);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool TerminateJobObject(SafeFileHandle job, uint exitCode);

    /// <summary>STARTUPINFOEXW.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct StartupInfoEx
    {
        internal int Size;
        internal char* Reserved;
        internal char* Desktop;
        internal char* Title;
        internal int X, Y, Width, Height, Columns, Rows, Fill;
        internal int Flags;
        internal short ShowWindow;
        internal short ReservedSize;
        internal byte* Reserved2;
        internal nint Input;
        internal nint Output;
        internal nint Error;
        internal void* Attributes;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct ProcessInformation
    {
        internal nint Process;
        internal nint Thread;
        internal int ProcessId;
        internal int ThreadId;
    }

    /// <summary>JOBOBJECT_ASSOCIATE_COMPLETION_PORT.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct JobPort
    {
        internal nuint Key;
        internal nint Port;
    }

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct JobLimits
    {
        internal long ProcessTime, JobTime;
        internal uint Flags;
        internal nuint MinimumWorkingSet, MaximumWorkingSet;
        internal uint ActiveProcesses;
        internal nuint Affinity;
        internal uint PriorityClass, SchedulingClass;
        internal fixed ulong IoCounters[6];
        internal nuint ProcessMemory, JobMemory, PeakProcessMemory, PeakJobMemory;
    }
}

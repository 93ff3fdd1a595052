using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <content>Looks at what others have open.</content>
internal static unsafe partial class Kernel32
{
    internal const uint PROCESS_VM_READ = 0x10;
    internal const uint PROCESS_DUP_HANDLE = 0x40;
    internal const uint PROCESS_QUERY_INFORMATION = 0x400;
    internal const uint PROCESS_NAME_NATIVE = 1;
    internal const uint FILE_TYPE_CHAR = 2;
    internal const uint FILE_TYPE_PIPE = 3;
    internal const uint FILE_READ_DATA = 1;
    internal const uint FILE_WRITE_DATA = 2;
    internal const uint FILE_ATTRIBUTE_DIRECTORY = 0x10;
    internal const uint VOLUME_NAME_DOS = 0;
    internal const uint VOLUME_NAME_NT = 2;
    internal const int FileNameInfo = 2;
    internal const int FileIdInfo = 18;
    internal const uint MEM_MAPPED = 0x4_0000;
    internal const uint MEM_IMAGE = 0x100_0000;

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetFileInformationByHandle(SafeFileHandle file, FileInformation* information);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetFileInformationByHandleEx(SafeFileHandle file, int kind, void* information, uint size);

    [LibraryImport("kernel32", EntryPoint = "GetFinalPathNameByHandleW", SetLastError = true)]
    internal static partial uint GetFinalPathNameByHandle(SafeFileHandle file, char* path, uint size, uint flags);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetNamedPipeInfo(SafeFileHandle pipe, uint* flags, uint* outSize, uint* inSize, uint* instances);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetConsoleMode(SafeFileHandle console, uint* mode);

    [LibraryImport("kernel32", SetLastError = true)]
    internal static partial int GetProcessId(SafeFileHandle process);

    [LibraryImport("kernelbase", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool CompareObjectHandles(SafeFileHandle one, SafeFileHandle other);

    [LibraryImport("kernel32", EntryPoint = "QueryFullProcessImageNameW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool QueryFullProcessImageName(SafeProcessHandle process, uint flags, char* name, uint* size);

    [LibraryImport("kernel32", EntryPoint = "K32GetMappedFileNameW", SetLastError = true)]
    internal static partial uint GetMappedFileName(SafeProcessHandle process, nint address, char* name, uint size);

    [LibraryImport("kernel32", SetLastError = true)]
    internal static partial nuint VirtualQueryEx(SafeProcessHandle process, nint address, MemoryRegion* region, nuint size);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool ReadProcessMemory(SafeProcessHandle process, nint address, void* buffer, nuint size, nuint* read);

    /// <summary>BY_HANDLE_FILE_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FileInformation
    {
        internal uint Attributes;
        internal fixed uint Times[6];
        internal uint Volume;
        internal uint SizeHigh, SizeLow;
        internal uint Links;
        internal uint IndexHigh, IndexLow;
    }

    /// <summary>FILE_ID_INFO.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FileId
    {
        internal ulong Volume;
        internal ulong Low, High;
    }

    /// <summary>MEMORY_BASIC_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MemoryRegion
    {
        internal nint Base;
        internal nint AllocationBase;
        internal uint AllocationProtection;
        internal ushort Partition;
        internal nuint Size;
        internal uint State;
        internal uint Protection;
        internal uint Type;
    }
}

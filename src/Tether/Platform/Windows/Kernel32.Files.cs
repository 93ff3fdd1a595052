using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <content>Files and directories.</content>
internal static unsafe partial class Kernel32
{
    internal const uint DELETE = 0x0001_0000;
    internal const uint READ_CONTROL = 0x0002_0000;
    internal const uint FILE_APPEND_DATA = 4;
    internal const uint FILE_READ_ATTRIBUTES = 0x80;
    internal const uint FILE_WRITE_ATTRIBUTES = 0x100;
    internal const uint FILE_TYPE_DISK = 1;
    internal const uint SYNCHRONIZE = 0x0010_0000;
    internal const uint FILE_SHARE_READ = 1;
    internal const uint FILE_SHARE_WRITE = 2;
    internal const uint FILE_SHARE_DELETE = 4;
    internal const uint FILE_SHARE_ALL = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    internal const uint CREATE_NEW = 1;
    internal const uint OPEN_ALWAYS = 4;
    internal const uint FILE_ATTRIBUTE_HIDDEN = 2;
    internal const uint FILE_ATTRIBUTE_NORMAL = 0x80;
    internal const uint FILE_FLAG_DELETE_ON_CLOSE = 0x0400_0000;
    internal const uint FILE_FLAG_BACKUP_SEMANTICS = 0x0200_0000;
    internal const uint FILE_FLAG_OPEN_REPARSE_POINT = 0x0020_0000;
    internal const uint FSCTL_SET_SPARSE = 0x0009_00C4;

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    internal static partial SafeFileHandle CreateFile(
        string name, uint access, uint share, SecurityAttributes* security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32", SetLastError = true)]
    internal static partial uint GetFileType(SafeFileHandle file);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool DeviceIoControl(
        SafeFileHandle file, uint code, void* input, uint inputSize, void* output, uint outputSize, out uint returned, NativeOverlapped* overlapped);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool CreatePipe(nint* reading, nint* writing, SecurityAttributes* security, uint size);
}

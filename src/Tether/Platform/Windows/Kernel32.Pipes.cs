using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <content>Named pipes.</content>
[SupportedOSPlatform("windows")]
internal static unsafe partial class Kernel32
{
    internal const uint PIPE_ACCESS_DUPLEX = 3;
    internal const uint FILE_FLAG_FIRST_PIPE_INSTANCE = 0x0008_0000;
    internal const uint FILE_FLAG_OVERLAPPED = 0x4000_0000;
    internal const uint PIPE_REJECT_REMOTE_CLIENTS = 8;
    internal const uint PIPE_UNLIMITED_INSTANCES = 255;
    internal const uint GENERIC_READ = 0x8000_0000;
    internal const uint GENERIC_WRITE = 0x4000_0000;
    internal const uint OPEN_EXISTING = 3;

    /// <summary>SECURITY_SQOS_PRESENT and SECURITY_IDENTIFICATION: a server may learn who its client is, and not act as it.</summary>
    internal const uint IdentificationOnly = 0x0010_0000 | 0x0001_0000;

    [LibraryImport("kernel32", EntryPoint = "CreateNamedPipeW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    internal static partial SafePipeHandle CreateNamedPipe(
        string name, uint openMode, uint pipeMode, uint instances, uint outSize, uint inSize, uint defaultTimeout, SecurityAttributes* security);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool ConnectNamedPipe(SafePipeHandle pipe, NativeOverlapped* overlapped);

    [LibraryImport("kernel32", EntryPoint = "WaitNamedPipeW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool WaitNamedPipe(string name, uint milliseconds);

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    internal static partial SafePipeHandle OpenPipe(
        string name, uint access, uint share, SecurityAttributes* security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool PeekNamedPipe(SafePipeHandle pipe, byte* buffer, uint size, uint* read, uint* available, uint* left);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetNamedPipeClientProcessId(SafePipeHandle pipe, uint* processId);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetNamedPipeServerProcessId(SafePipeHandle pipe, uint* processId);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetOverlappedResult(
        SafePipeHandle file, NativeOverlapped* overlapped, uint* count, [MarshalAs(UnmanagedType.Bool)] bool wait);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool CancelIoEx(SafePipeHandle file, NativeOverlapped* overlapped);

    [StructLayout(LayoutKind.Sequential)]
    internal struct SecurityAttributes
    {
        internal uint Length;
        internal nint Descriptor;
        internal int InheritHandle;
    }
}

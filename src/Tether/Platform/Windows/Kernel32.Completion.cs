using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <content>Overlapped input and output, and the ports that tell of its completion.</content>
internal static unsafe partial class Kernel32
{
    internal const uint PIPE_ACCESS_INBOUND = 1;
    internal const uint PIPE_ACCESS_OUTBOUND = 2;

    [LibraryImport("kernel32", SetLastError = true)]
    internal static partial nint CreateIoCompletionPort(nint file, nint port, nuint key, uint threads);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetQueuedCompletionStatusEx(
        SafeFileHandle port, CompletionEntry* entries, uint count, uint* removed, uint milliseconds,
        [MarshalAs(UnmanagedType.Bool)] bool alertable);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool PostQueuedCompletionStatus(SafeFileHandle port, uint bytes, nuint key, NativeOverlapped* overlapped);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool ReadFile(SafePipeHandle file, byte* buffer, uint size, uint* read, NativeOverlapped* overlapped);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool WriteFile(SafePipeHandle file, byte* buffer, uint size, uint* written, NativeOverlapped* overlapped);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool DisconnectNamedPipe(SafePipeHandle pipe);

    [LibraryImport("ntdll")]
    internal static partial int RtlNtStatusToDosError(int status);

    /// <summary>OVERLAPPED_ENTRY.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct CompletionEntry
    {
        internal nuint Key;
        internal NativeOverlapped* Overlapped;
        internal nint Internal;
        internal uint Bytes;
    }
}

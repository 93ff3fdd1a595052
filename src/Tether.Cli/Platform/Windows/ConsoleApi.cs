using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Cli.Platform.Windows;

/// <summary>Standard handles and the console.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class ConsoleApi
{
    internal const uint FileTypePipe = 3;

    /// <summary>ENABLE_PROCESSED_OUTPUT and ENABLE_VIRTUAL_TERMINAL_PROCESSING: escape sequences work.</summary>
    internal const uint TerminalSequences = 1 | 4;

    internal const uint PipeLocalInformationClass = 24;
    internal const uint PipeClosing = 4;

    /// <summary>Standard input, output or error, 0 to 2. Zero or -1 where this process has none.</summary>
    internal static SafeFileHandle StandardHandle(int number) => new(GetStdHandle(-10 - number), ownsHandle: false);

    [LibraryImport("kernel32", SetLastError = true)]
    internal static partial nint GetStdHandle(int which);

    [LibraryImport("kernel32", SetLastError = true)]
    internal static partial uint GetFileType(SafeFileHandle file);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool ReadFile(SafeFileHandle file, byte* buffer, int size, out int read, nint overlapped);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool WriteFile(SafeFileHandle file, byte* buffer, int size, out int written, nint overlapped);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetConsoleMode(SafeFileHandle console, out uint mode);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool SetConsoleMode(SafeFileHandle console, uint mode);

    [LibraryImport("kernel32", EntryPoint = "ReadConsoleW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool ReadConsole(SafeFileHandle console, char* buffer, int size, out int read, nint control);

    [LibraryImport("kernel32", EntryPoint = "WriteConsoleW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool WriteConsole(SafeFileHandle console, char* buffer, int size, out int written, nint reserved);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GetConsoleScreenBufferInfo(SafeFileHandle console, ScreenBuffer* info);

    /// <summary>The state of a pipe can be asked for in this way only (FILE_PIPE_LOCAL_INFORMATION).</summary>
    [LibraryImport("ntdll")]
    internal static partial int NtQueryInformationFile(
        SafeFileHandle file, nint* status, PipeLocalInformation* information, uint size, uint informationClass);

    /// <summary>CONSOLE_SCREEN_BUFFER_INFO.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ScreenBuffer
    {
        internal short Width, Height, CursorX, CursorY;
        internal ushort Attributes;
        internal short WindowLeft, WindowTop, WindowRight, WindowBottom, MaximumWidth, MaximumHeight;
    }

    /// <summary>FILE_PIPE_LOCAL_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PipeLocalInformation
    {
        internal uint Type, Configuration, MaximumInstances, CurrentInstances;
        internal uint InboundQuota, ReadDataAvailable, OutboundQuota, WriteQuotaAvailable, State, End;
    }
}

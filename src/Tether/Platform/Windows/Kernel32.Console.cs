using System.Runtime.InteropServices;

namespace Tether.Platform.Windows;

/// <content>The console's signals, and windows.</content>
internal static unsafe partial class Kernel32
{
    internal const uint CTRL_C_EVENT = 0;
    internal const uint CTRL_BREAK_EVENT = 1;

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool SetConsoleCtrlHandler(delegate* unmanaged<uint, int> handler, [MarshalAs(UnmanagedType.Bool)] bool add);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool GenerateConsoleCtrlEvent(uint kind, uint processGroup);

    [LibraryImport("kernel32", SetLastError = true)]
    internal static partial uint GetConsoleProcessList(uint* processes, uint count);
}

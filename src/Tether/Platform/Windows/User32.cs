using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Platform.Windows;

/// <summary>Windows that programs show.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class User32
{
    internal const uint WM_CLOSE = 0x10;

    [LibraryImport("user32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool EnumWindows(delegate* unmanaged<nint, nint, int> found, nint parameter);

    [LibraryImport("user32", SetLastError = true)]
    internal static partial uint GetWindowThreadProcessId(nint window, uint* processId);

    [LibraryImport("user32", EntryPoint = "PostMessageW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool PostMessage(nint window, uint message, nuint first, nint second);
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tether.TestShell;

/// <summary>The standard handles of this process, which are what a child gets.</summary>
internal static partial class StandardHandles
{
    private const uint HANDLE_FLAG_INHERIT = 1;

    internal static SafeFileHandle Get(int number) => new(GetStdHandle(-10 - number), ownsHandle: true);

    /// <summary>What the next child gets as its stream of that number; null for nothing.</summary>
    internal static void Set(int number, SafeFileHandle? handle)
    {
        if (handle is not null && !SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT))
        {
            throw new IOException($"SetHandleInformation failed: error {Marshal.GetLastPInvokeError()}.");
        }

        if (!SetStdHandle(-10 - number, handle?.DangerousGetHandle() ?? 0))
        {
            throw new IOException($"SetStdHandle failed: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>Ends this process at once, as a signal or a fault would.</summary>
    internal static void EndSelf(uint code) => _ = TerminateProcess(-1, code);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial nint GetStdHandle(int which);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetStdHandle(int which, nint handle);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetHandleInformation(SafeFileHandle handle, uint mask, uint flags);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TerminateProcess(nint process, uint code);
}

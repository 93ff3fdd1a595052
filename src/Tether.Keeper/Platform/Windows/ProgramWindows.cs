using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Tether.Platform.Windows;

namespace Tether.Keeper.Platform.Windows;

/// <summary>The windows that a program shows: a program with windows is asked to end by closing them, as its user would.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe class ProgramWindows
{
    /// <summary>Asks each of the processes' top-level windows to close.</summary>
    internal static void Close(IReadOnlyList<int> processes)
    {
        HashSet<int> wanted = [.. processes];
        GCHandle parameter = GCHandle.Alloc(wanted);
        try
        {
            // Without a desktop there are no windows, and an error; then there is nothing to close.
            _ = User32.EnumWindows(&CloseIfWanted, GCHandle.ToIntPtr(parameter));
        }
        finally
        {
            parameter.Free();
        }
    }

    [UnmanagedCallersOnly]
    private static int CloseIfWanted(nint window, nint parameter)
    {
        uint process;
        if (User32.GetWindowThreadProcessId(window, &process) != 0
            && ((HashSet<int>)GCHandle.FromIntPtr(parameter).Target!).Contains((int)process))
        {
            // A window that is gone by now needs no message.
            _ = User32.PostMessage(window, User32.WM_CLOSE, 0, 0);
        }

        return 1;
    }
}

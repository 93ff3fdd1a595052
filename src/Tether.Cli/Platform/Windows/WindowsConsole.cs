using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Cli.Platform.Windows;

/// <summary>The console, the standard handles and the arguments as Windows has them.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsConsole : ConsolePlatform
{
    private const int UsualWidth = 80;

    internal override unsafe int OutputWidth
    {
        get
        {
            ConsoleApi.ScreenBuffer screen;
            return ConsoleApi.GetConsoleScreenBufferInfo(ConsoleApi.StandardHandle(1), &screen) && screen.WindowRight > screen.WindowLeft
                ? screen.WindowRight - screen.WindowLeft + 1
                : UsualWidth;
        }
    }

    internal override bool ShowsColours => EnableSequences(1);

    /// <summary>They are UTF-16 here, and .NET loses nothing of them.</summary>
    internal override string[] Arguments(string[] decoded) => decoded;

    /// <summary>A handle is no small number that the next file could get: a stream that is missing stays so.</summary>
    internal override void SecureStandardStreams()
    {
    }

    internal override Stream OpenStandardStream(int number)
    {
        using SafeFileHandle handle = ConsoleApi.StandardHandle(number);
        if (handle.IsInvalid || !ConsoleApi.GetConsoleMode(handle, out _))
        {
            return new HandleStream(number);
        }

        // What a kept program writes for a terminal is meant for the terminal.
        _ = number > 0 && EnableSequences(number);
        return new ConsoleStream(number);
    }

    internal override void WatchOutputReader(Action onGone) => OutputReader.Watch(onGone);

    internal override bool IsNullDevice(string path) => path is "/dev/null" || path.Equals("NUL", StringComparison.OrdinalIgnoreCase);

    internal override SafeHandle OpenPassedDescriptor(int number) => throw new PlatformNotSupportedException(
        "--fd: Windows does not pass on descriptors by number. "
        + "Give the program the name of a pipe, a file or a local socket, which it opens by itself.");

    /// <summary>Makes the console act on escape sequences. False where it cannot (before Windows 10), or there is none.</summary>
    private static bool EnableSequences(int number)
    {
        using SafeFileHandle console = ConsoleApi.StandardHandle(number);
        return !console.IsInvalid && ConsoleApi.GetConsoleMode(console, out uint mode)
            && ((mode & ConsoleApi.TerminalSequences) == ConsoleApi.TerminalSequences
                || ConsoleApi.SetConsoleMode(console, mode | ConsoleApi.TerminalSequences));
    }
}

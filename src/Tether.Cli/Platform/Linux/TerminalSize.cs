using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Cli.Platform.Linux;

/// <summary>The size of a terminal's window (ioctl_tty(2)).</summary>
[SupportedOSPlatform("linux")]
internal static partial class TerminalSize
{
    private const nuint TIOCGWINSZ = 0x5413;

    /// <summary>The columns of the terminal; 80 where there is none, or it does not know.</summary>
    internal static unsafe int Columns(int descriptor)
    {
        WindowSize size = default;
        return Ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.Columns > 0 ? size.Columns : 80;
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static unsafe partial int Ioctl(int descriptor, nuint request, WindowSize* size);

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        internal ushort Rows;
        internal ushort Columns;
        internal ushort Width;
        internal ushort Height;
    }
}

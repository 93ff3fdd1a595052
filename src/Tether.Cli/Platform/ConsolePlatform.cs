using System.Runtime.InteropServices;

namespace Tether.Cli.Platform;

/// <summary>What the command line asks of the operating system. One implementation per system under its folder.</summary>
internal abstract class ConsolePlatform
{
    internal static ConsolePlatform Current { get; } =
        OperatingSystem.IsLinux() ? new Linux.LinuxConsole()
        : OperatingSystem.IsWindows() ? new Windows.WindowsConsole()
        : throw new PlatformNotSupportedException("The command line runs on Linux and Windows.");

    /// <summary>The columns of the terminal that stdout is.</summary>
    internal abstract int OutputWidth { get; }

    /// <summary>Whether the terminal that stdout is shows colours.</summary>
    internal abstract bool ShowsColours { get; }

    /// <summary>The arguments exactly as the user gave them, whatever .NET made of them.</summary>
    internal abstract string[] Arguments(string[] decoded);

    /// <summary>Before anything is opened: a standard stream that the caller closed must not become another file's number.</summary>
    internal abstract void SecureStandardStreams();

    /// <summary>
    /// Standard input, output or error, 0 to 2, as plain bytes. A write that nobody reads any more throws <see cref="BrokenPipeException"/>.
    /// </summary>
    internal abstract Stream OpenStandardStream(int number);

    /// <summary>Calls <paramref name="onGone"/> when nobody reads this process's stdout any more, before a write would tell.</summary>
    internal abstract void WatchOutputReader(Action onGone);

    /// <summary>Whether the path is the null device.</summary>
    internal abstract bool IsNullDevice(string path);

    /// <summary>A descriptor that the caller's shell gave to this process.</summary>
    /// <exception cref="ArgumentException">There is none of that number.</exception>
    internal abstract SafeHandle OpenPassedDescriptor(int number);
}

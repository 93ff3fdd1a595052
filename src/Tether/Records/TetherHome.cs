using Tether.Platform.Linux;
using static System.Environment;

namespace Tether.Records;

/// <summary>Where the user's records and sockets live. The directory may not exist yet, and is checked by whoever opens it.</summary>
internal static class TetherHome
{
    /// <summary>The environment variable that overrides the place.</summary>
    internal const string Variable = "TETHER_HOME";

    /// <summary>
    /// The absolute path: <c>$TETHER_HOME</c>; else, on Windows, <c>%LOCALAPPDATA%\Tether</c>; else <c>$XDG_RUNTIME_DIR/tether</c>; else
    /// <c>/tmp/tether-UID</c>. Read anew each time, as a program may set the variable for itself.
    /// </summary>
    internal static string Path
    {
        get
        {
            if (GetEnvironmentVariable(Variable) is { Length: > 0 } home)
                return System.IO.Path.GetFullPath(home);

            if (OperatingSystem.IsWindows())
                return System.IO.Path.Combine(GetFolderPath(SpecialFolder.LocalApplicationData), "Tether");

            // The XDG base directory specification: a relative path in the variable is invalid and ignored.
            if (GetEnvironmentVariable("XDG_RUNTIME_DIR") is { } runtime && System.IO.Path.IsPathFullyQualified(runtime))
                return System.IO.Path.Combine(runtime, "tether");

            if (OperatingSystem.IsLinux())
                return $"/tmp/tether-{Libc.GetEffectiveUserId()}";

            throw new PlatformNotSupportedException(
                $"Tether has no place for its records on this platform; set {Variable} to a directory.");
        }
    }
}

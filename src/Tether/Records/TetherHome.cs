using Tether.Platform;

namespace Tether.Records;

/// <summary>Where the user's records and sockets live. The directory may not exist yet, and is checked by whoever opens it.</summary>
internal static class TetherHome
{
    /// <summary>The environment variable that overrides the place.</summary>
    internal const string Variable = "TETHER_HOME";

    /// <summary>
    /// The absolute path: <c>$TETHER_HOME</c>, else the system's own place for it. Read anew each time, as a program may set the variable for
    /// itself.
    /// </summary>
    internal static string Path =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } home ? System.IO.Path.GetFullPath(home) : HostPlatform.Current.DefaultHome;
}

using System.Runtime.Versioning;

namespace Tether.Keeper.Platform.Windows;

/// <summary>How a keeper lives on Windows.</summary>
[SupportedOSPlatform("windows")]
internal static class KeeperProcess
{
    /// <param name="pipe">The launcher's pipe, over which the request comes.</param>
    internal static int Keep(string pipe) => throw new PlatformNotSupportedException($"Nothing can be kept over '{pipe}' yet.");
}

using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>The signals that a keeper's event loop takes through a signalfd.</summary>
[SupportedOSPlatform("linux")]
internal static class KeeperSignals
{
    /// <summary>
    /// Blocked from before the runtime's first thread on, so that no thread of it can take them away from the signalfd: SIGCHLD for
    /// ended processes, SIGUSR1 from a client that found the socket's file gone.
    /// </summary>
    internal static readonly int[] Blocked = [Libc.SIGCHLD, Libc.SIGUSR1];
}

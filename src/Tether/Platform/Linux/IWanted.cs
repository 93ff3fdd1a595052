using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>What a search for holders looks for.</summary>
[SupportedOSPlatform("linux")]
internal interface IWanted
{
    /// <summary>Whether sockets' addresses are needed to tell.</summary>
    bool NeedsSockets { get; }

    bool Matches(ProcDescriptor descriptor, NetworkSocket? socket);

    /// <summary>Whether it can also be held without a descriptor.</summary>
    bool IsFile { get; }

    bool Matches(FileStatus status);

    /// <summary>Whether a line of /proc/PID/maps maps it.</summary>
    bool MatchesMapping(uint deviceMajor, uint deviceMinor, ulong inode);
}

using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>Sockets on a local TCP or UDP port.</summary>
[SupportedOSPlatform("linux")]
internal sealed class WantedPort(int port) : IWanted
{
    public bool NeedsSockets => true;

    public bool IsFile => false;

    public bool Matches(ProcDescriptor descriptor, NetworkSocket? socket) => socket?.Port == port;

    public bool Matches(FileStatus status) => false;

    public bool MatchesMapping(uint deviceMajor, uint deviceMinor, ulong inode) => false;
}

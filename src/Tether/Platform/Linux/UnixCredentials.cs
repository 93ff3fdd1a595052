using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>The kernel's record of who is at the other end: SO_PEERCRED and SO_PEERGROUPS of unix(7) and socket(7).</summary>
[SupportedOSPlatform("linux")]
internal static class UnixCredentials
{
    private const int MostGroups = 65536; // NGROUPS_MAX
    private const int GuessedGroups = 64;

    /// <exception cref="SocketException">The socket is not a connected Unix domain socket.</exception>
    internal static PeerCredentials Of(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[3 * sizeof(int)];
        int length = socket.GetRawSocketOption(Libc.SOL_SOCKET, Libc.SO_PEERCRED, credentials);
        var peer = MemoryMarshal.Read<PeerCredentials>(credentials);

        // A socket that has no peer answers with -1, which is no user: nothing may be decided on it.
        return length == credentials.Length && peer.UserId != uint.MaxValue
            ? peer
            : throw new SocketException((int)SocketError.NotConnected);
    }

    /// <summary>The same of a bare descriptor; null, with errno, when there is no peer to be known.</summary>
    internal static unsafe PeerCredentials? Of(SafeHandle socket)
    {
        PeerCredentials peer;
        uint length = (uint)sizeof(PeerCredentials);
        return Libc.GetSocketOption(socket, Libc.SOL_SOCKET, Libc.SO_PEERCRED, (byte*)&peer, &length) == 0
            && length == sizeof(PeerCredentials)
            && peer.UserId != uint.MaxValue
                ? peer
                : null;
    }

    /// <summary>
    /// Whether the access covers the peer, with the precedence of file permissions: its user first, then its groups, then the rest.
    /// </summary>
    internal static bool Allows(this LocalServerAccess access, PeerCredentials peer, Socket socket)
    {
        if (peer.UserId == Libc.GetEffectiveUserId() || access == LocalServerAccess.World)
            return true;

        if (access == LocalServerAccess.User)
            return false;

        uint group = Libc.GetEffectiveGroupId();
        bool isMember = peer.GroupId == group || SupplementaryGroups(socket).Contains(group);
        return access.HasFlag(isMember ? LocalServerAccess.Group : LocalServerAccess.Other);
    }

    private static ReadOnlySpan<uint> SupplementaryGroups(Socket socket)
    {
        uint[] groups = new uint[GuessedGroups];
        while (true)
        {
            try
            {
                int length = socket.GetRawSocketOption(Libc.SOL_SOCKET, Libc.SO_PEERGROUPS, MemoryMarshal.AsBytes(groups.AsSpan()));
                return groups.AsSpan(0, length / sizeof(uint));
            }
            catch (SocketException) when (groups.Length < MostGroups)
            {
                // ERANGE: the list is longer. .NET has no name for it, so any error ends here only once the longest list would fit.
                groups = new uint[MostGroups];
            }
        }
    }
}

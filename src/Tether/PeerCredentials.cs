namespace Tether;

/// <summary>
/// Who is at the other end of a <see cref="LocalSocket"/>, as the kernel recorded it (SO_PEERCRED of unix(7)): for a server's side when the
/// client connected, for a client's side when the server began to listen.
/// </summary>
/// <param name="ProcessId">
/// The process; 0 when it is in another process namespace. The process may have ended and its number may be another's by now, so show it,
/// and never act on it.
/// </param>
/// <param name="UserId">The effective user; on Windows <see cref="uint.MaxValue"/>, as users have no number there.</param>
/// <param name="GroupId">The effective group; on Windows <see cref="uint.MaxValue"/>.</param>
public readonly record struct PeerCredentials(int ProcessId, uint UserId, uint GroupId)
{
    /// <summary>What <see cref="UserId"/> and <see cref="GroupId"/> are where users have no such numbers: nobody's, and never root's.</summary>
    internal const uint NoUnixId = uint.MaxValue;
}

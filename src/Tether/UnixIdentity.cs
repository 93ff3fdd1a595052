using System.Globalization;
using System.Runtime.Versioning;
using Tether.Platform.Linux;

namespace Tether;

/// <summary>A user and groups for a program, all three of them, so that none of the launcher's is kept by mistake (credentials(7)).</summary>
[SupportedOSPlatform("linux")]
public sealed record UnixIdentity
{
    /// <summary>An identity by its numbers, which need not be in the user database.</summary>
    /// <param name="userId">The user id.</param>
    /// <param name="groupId">The group id.</param>
    /// <param name="supplementaryGroups">The supplementary groups; none by default.</param>
    /// <exception cref="ArgumentException">An id is 4294967295, which the system takes for "no change".</exception>
    public UnixIdentity(uint userId, uint groupId, params IEnumerable<uint> supplementaryGroups)
    {
        ArgumentNullException.ThrowIfNull(supplementaryGroups);
        UserId = userId;
        GroupId = groupId;
        SupplementaryGroups = [.. supplementaryGroups];
        if (userId == uint.MaxValue || groupId == uint.MaxValue || SupplementaryGroups.Contains(uint.MaxValue))
        {
            throw new ArgumentException($"{uint.MaxValue} is no user or group: the system takes it for 'no change'.");
        }
    }

    /// <summary>Real, effective and saved user id.</summary>
    public uint UserId { get; }

    /// <summary>Real, effective and saved group id.</summary>
    public uint GroupId { get; }

    /// <summary>The supplementary groups; the program is in no other.</summary>
    public IReadOnlyList<uint> SupplementaryGroups { get; }

    /// <summary>The identity of a user in the user database, with its groups there.</summary>
    /// <param name="user">A name or a number.</param>
    /// <param name="group">Another main group: a name or a number. Null is the user's own.</param>
    /// <returns>The identity.</returns>
    /// <exception cref="ArgumentException">There is no such user or group. Of a user by number that the database does not know, <paramref name="group"/> must be given.</exception>
    public static UnixIdentity Find(string user, string? group = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        uint? groupId = group is null ? null : GroupOf(group);
        if (UserDatabase.FindUser(user) is { } known)
        {
            return new UnixIdentity(known.UserId, groupId ?? known.GroupId, UserDatabase.GroupsOf(known));
        }

        if (!uint.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
        {
            throw new ArgumentException($"There is no user '{user}'.", nameof(user));
        }

        return groupId is { } main
            ? new UnixIdentity(number, main)
            : throw new ArgumentException($"The user database does not know user {number}, so its group must be given too.", nameof(user));
    }

    private static uint GroupOf(string group) =>
        UserDatabase.FindGroup(group)
        ?? (uint.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
            ? number
            : throw new ArgumentException($"There is no group '{group}'.", nameof(group)));
}

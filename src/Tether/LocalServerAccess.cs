namespace Tether;

/// <summary>Who besides the user may connect to a <see cref="LocalServer"/>. The user, the one that listens, always may.</summary>
[Flags]
public enum LocalServerAccess
{
    /// <summary>Only the user. Processes of any other user are refused, root's too.</summary>
    User = 0,

    /// <summary>Also processes that are in the server's effective group.</summary>
    Group = 1,

    /// <summary>Also processes that are neither the user's nor in the server's effective group.</summary>
    Other = 2,

    /// <summary>Everybody.</summary>
    World = Group | Other,
}

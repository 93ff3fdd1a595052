namespace Tether;

/// <summary>
/// A directory that must belong to the user alone does not, or could be exchanged by somebody else, so nothing in it can be trusted.
/// Nothing was created or changed in it.
/// </summary>
public sealed class UnsafeDirectoryException : TetherException
{
    internal UnsafeDirectoryException(string path, string reason, string remedy)
        : base($"The directory '{path}' is not safe to use: {reason}. {remedy}")
    {
        Path = path;
        Reason = reason;
        Remedy = remedy;
    }

    /// <summary>The directory's absolute path.</summary>
    public string Path { get; }

    /// <summary>Why it is refused: a clause without a full stop, such as <c>it belongs to user 1000, not to user 0</c>.</summary>
    public string Reason { get; }

    /// <summary>What the user can do, as sentences.</summary>
    internal string Remedy { get; }
}

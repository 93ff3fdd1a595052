namespace Tether;

/// <summary>One way in which one process holds a resource.</summary>
public sealed record ResourceHolder
{
    internal ResourceHolder()
    {
    }

    /// <summary>The process.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Its name, of which Linux keeps 15 bytes.</summary>
    public required string ProcessName { get; init; }

    /// <summary>In what way it holds it.</summary>
    public required ResourceUse Use { get; init; }

    /// <summary>The descriptor that it holds it by; null when <see cref="Use"/> is another, and for a port on Windows, which does not tell.</summary>
    public int? Descriptor { get; init; }

    /// <summary>What is behind the descriptor: the path, or the address with its state.</summary>
    public required string Target { get; init; }

    /// <summary>Whether what the process starts gets the descriptor too; false where <see cref="Descriptor"/> is null.</summary>
    public bool IsInheritable { get; init; }

    /// <summary>The lock that the descriptor holds, in words ("flock, exclusive"); null when it holds none, and on Windows, which does not tell.</summary>
    public string? Lock { get; init; }

    /// <summary>Where the process likely got the descriptor from.</summary>
    public ResourceOrigin Origin { get; init; }

    /// <summary>The nearest living ancestor that has the same open file; null when there is none.</summary>
    public ResourceAncestor? Ancestor { get; init; }

    /// <summary>Whether an ancestor could not be looked at, which may be the one that the descriptor came from. False when one was found.</summary>
    public bool HasUnseenAncestor { get; init; }

    /// <summary>The process that took the file's lock, or on Windows made the socket, and is gone; null when it lives or is not known.</summary>
    public int? GoneProcessId { get; init; }
}

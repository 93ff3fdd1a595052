namespace Tether;

/// <summary>A descriptor that a process hands, unasked, to every program that it starts in the usual way.</summary>
public sealed record InheritableDescriptor
{
    internal InheritableDescriptor()
    {
    }

    /// <summary>The descriptor's number, in the process and in what it starts; on Windows the handle's value.</summary>
    public required int Number { get; init; }

    /// <summary>What is behind it.</summary>
    public required DescriptorKind Kind { get; init; }

    /// <summary>The path or address of what is behind it; where it has none, what the system calls it.</summary>
    public required string Target { get; init; }

    /// <summary>What stays busy for as long as a child has the descriptor, in words.</summary>
    public required string KeepsBusy { get; init; }
}

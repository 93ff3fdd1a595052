namespace Tether.Launching;

/// <summary>What one standard stream of the program is connected to, as a start request has it.</summary>
internal sealed record StreamTarget
{
    internal static StreamTarget Kept { get; } = new() { Kind = ProcessStreamKind.Kept };

    internal required ProcessStreamKind Kind { get; init; }

    /// <summary>The absolute path of a file; empty otherwise.</summary>
    internal byte[] Path { get; init; } = [];

    internal bool Append { get; init; }

    /// <summary>The name of the other end of a pipeline; empty otherwise.</summary>
    internal string ProcessName { get; init; } = "";

    internal bool IsKept => Kind == ProcessStreamKind.Kept;

    /// <summary>Whether a descriptor of the launcher's comes for it beside the request.</summary>
    internal bool HasDescriptor => Kind is ProcessStreamKind.Forwarded or ProcessStreamKind.Descriptor or ProcessStreamKind.Process;
}

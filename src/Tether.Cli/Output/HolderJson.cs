namespace Tether.Cli.Output;

/// <summary>A holder as <c>who --json</c> prints it.</summary>
internal sealed record HolderJson
{
    public required int Pid { get; init; }

    public required string Name { get; init; }

    public required string Use { get; init; }

    /// <summary>Null where the use is another.</summary>
    public int? Descriptor { get; init; }

    public required string Target { get; init; }

    public required bool Inheritable { get; init; }

    public string? Lock { get; init; }

    public required string Origin { get; init; }

    public AncestorJson? Ancestor { get; init; }

    public required bool UnseenAncestor { get; init; }

    public int? GonePid { get; init; }

    internal static HolderJson Of(ResourceHolder holder) => new()
    {
        Pid = holder.ProcessId,
        Name = holder.ProcessName,
        Use = Words.Of(holder.Use),
        Descriptor = holder.Descriptor,
        Target = holder.Target,
        Inheritable = holder.IsInheritable,
        Lock = holder.Lock,
        Origin = Words.Of(holder.Origin),
        Ancestor = holder.Ancestor is { } ancestor ? new AncestorJson(ancestor.ProcessId, ancestor.ProcessName, ancestor.Descriptor, ancestor.IsCertain) : null,
        UnseenAncestor = holder.HasUnseenAncestor,
        GonePid = holder.GoneProcessId,
    };
}

namespace Tether;

/// <summary>Something that happened to a kept program.</summary>
/// <param name="Kind">What.</param>
public sealed record ProcessEvent(ProcessEventKind Kind)
{
    /// <summary>For output and its end: the stream.</summary>
    public OutputStream? Stream { get; init; }

    /// <summary>For output and its end: the stream's end, so that everything before it can be read.</summary>
    public long End { get; init; }

    /// <summary>For the exit: how the program ended.</summary>
    public ProcessExitStatus? Exit { get; init; }
}

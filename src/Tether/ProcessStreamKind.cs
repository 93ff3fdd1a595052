namespace Tether;

/// <summary>What one of a program's standard streams is connected to.</summary>
public enum ProcessStreamKind
{
    /// <summary>The keeper: input is written, output is kept and read, by any client.</summary>
    Kept,

    /// <summary>The null device: input is at its end at once, output is discarded.</summary>
    Null,

    /// <summary>A file.</summary>
    File,

    /// <summary>The launcher's own descriptor of that number: 0, 1 or 2.</summary>
    Forwarded,

    /// <summary>A descriptor that the launcher passed on.</summary>
    Descriptor,

    /// <summary>Standard error only: whatever standard output is connected to.</summary>
    Merged,

    /// <summary>
    /// Another kept program, see <see cref="TetheredProcess.StartPipelineAsync(IReadOnlyList{ProcessSpec}, CancellationToken)"/>.
    /// </summary>
    Process,
}

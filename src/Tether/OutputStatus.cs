namespace Tether;

/// <summary>How far an output stream is.</summary>
/// <param name="Start">Offset of the oldest byte that can be read.</param>
/// <param name="End">Offset after the newest byte: how many bytes the program has written.</param>
/// <param name="IsOpen">False once nobody can write to it any more.</param>
public readonly record struct OutputStatus(long Start, long End, bool IsOpen)
{
    /// <summary>True when the disk was full: the window is smaller than asked for, bytes were dropped, or the program waits for space.</summary>
    public bool DiskFull { get; init; }

    /// <summary>Where the stream goes: <see cref="ProcessStream.Kept"/>, or past the keeper, and then there is nothing to read here.</summary>
    public ProcessStream Target
    {
        get => field ?? ProcessStream.Kept;
        // Null inside, so that it equals the default value.
        init => field = value is { Kind: ProcessStreamKind.Kept } ? null : value;
    }

    /// <summary>True when the program waits for a reader (<see cref="WindowFullPolicy.Block"/>).</summary>
    public bool WaitsForReader { get; init; }
}

namespace Tether;

/// <summary>How far a program's standard input is.</summary>
/// <param name="Position">How many bytes the program was certainly given.</param>
/// <param name="IsOpen">False once it was closed, from either side.</param>
public readonly record struct InputStatus(long Position, bool IsOpen)
{
    /// <summary>
    /// How many bytes of input were being given to the program at the moments when its keepers were killed: it has all of them, some, or none, and
    /// <see cref="Position"/> does not count them. 0 when no keeper was killed while it wrote.
    /// </summary>
    public long InDoubt { get; init; }

    /// <summary>Where the program reads from: <see cref="ProcessStream.Kept"/>, or past the keeper, and then there is nothing to write here.</summary>
    public ProcessStream Source
    {
        get => field ?? ProcessStream.Kept;
        // Null inside, so that it equals the default value.
        init => field = value is { Kind: ProcessStreamKind.Kept } ? null : value;
    }
}

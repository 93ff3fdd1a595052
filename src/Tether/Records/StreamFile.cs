namespace Tether.Records;

/// <summary>What a standard stream is connected to that the keeper does not keep, as <c>record.json</c> has it.</summary>
internal sealed record StreamFile
{
    public required ProcessStreamKind Kind { get; init; }

    /// <summary>The absolute path of a file; a byte that is not UTF-8 is shown as U+FFFD here.</summary>
    public string? Path { get; init; }

    public bool Append { get; init; }

    /// <summary>The name of the program at the other end of a pipeline.</summary>
    public string? ProcessName { get; init; }

    /// <summary>Null stands for a stream that is kept.</summary>
    internal static ProcessStream ToStream(StreamFile? file) =>
        file is null ? ProcessStream.Kept : ProcessStream.OfRecord(file.Kind, file.Path, file.Append, file.ProcessName);
}

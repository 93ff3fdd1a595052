using System.Text.Json.Serialization;

namespace Tether.Cli.Output;

/// <summary>What a standard stream is connected to that the keeper does not keep, as <c>--json</c> prints it.</summary>
internal sealed record RedirectionJson(string Kind)
{
    /// <summary>Of a file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Path { get; init; }

    /// <summary>Of a file that is written at its end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Append { get; init; }

    /// <summary>The name of the other program of a pipeline.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Process { get; init; }

    internal static RedirectionJson? Of(ProcessStream stream) => stream.Kind == ProcessStreamKind.Kept
        ? null
        : new RedirectionJson(Words.Of(stream.Kind)) { Path = stream.Path, Append = stream.Append, Process = stream.ProcessName };
}

using System.Text.Json.Serialization;

namespace Tether.Cli.Output;

/// <summary>One of the program's output streams as <c>--json</c> prints it.</summary>
internal sealed record OutputJson(long Start, long End, bool Open)
{
    /// <summary>Only when it is not kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RedirectionJson? Redirection { get; init; }

    internal static OutputJson Of(OutputStatus status) => new(status.Start, status.End, status.IsOpen) { Redirection = RedirectionJson.Of(status.Target) };
}

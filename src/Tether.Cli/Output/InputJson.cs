using System.Text.Json.Serialization;

namespace Tether.Cli.Output;

/// <summary>The program's standard input as <c>--json</c> prints it.</summary>
internal sealed record InputJson(long Position, bool Open, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long InDoubt)
{
    /// <summary>Only when it is not kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RedirectionJson? Redirection { get; init; }
}

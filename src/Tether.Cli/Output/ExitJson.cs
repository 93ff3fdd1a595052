using System.Text.Json.Serialization;

namespace Tether.Cli.Output;

/// <summary>How the program ended as <c>--json</c> prints it. The code is null when nobody saw it.</summary>
internal sealed record ExitJson(int? Code, string? Signal, DateTime Time)
{
    /// <summary>What a code stands for that Windows gave.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Status { get; init; }
}

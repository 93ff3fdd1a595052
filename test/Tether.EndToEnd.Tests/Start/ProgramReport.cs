using System.Text;
using System.Text.Json.Nodes;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>What the test program says it was started with (its behaviour "report").</summary>
internal sealed class ProgramReport(JsonNode json)
{
    /// <summary>With <c>argv[0]</c>.</summary>
    internal byte[][] Arguments => HexList("arguments");

    internal byte[][] Environment => HexList("environment");

    /// <summary>The environment as Latin-1, in which every byte is a character.</summary>
    internal string[] EnvironmentText => [.. Environment.Select(Encoding.Latin1.GetString).Order()];

    internal string Directory => (string)json["directory"]!;

    internal static string Path { get; } = TestSystem.Current.Executable("tether-test-program");

    internal string Status(string key) => (string)json["status"]![key]!;

    internal (string Soft, string Hard) Limit(string name) => ((string)json["limits"]![name]!["soft"]!, (string)json["limits"]![name]!["hard"]!);

    /// <summary>Starts the program as the spec says, reads its report and sees it end.</summary>
    internal static async Task<ProgramReport> OfAsync(TestHome home, ProcessSpec spec)
    {
        await using TetheredProcess process = await home.StartAsync(spec);
        return await OfAsync(home, process);
    }

    internal static async Task<ProgramReport> OfAsync(TestHome home, TetheredProcess process)
    {
        using StreamReader reader = new(process.StandardOutput.OpenRead());
        string report = await reader.ReadToEndAsync(home.Bound);
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
        return new ProgramReport(JsonNode.Parse(report)!);
    }

    private byte[][] HexList(string key) => [.. json[key]!.AsArray().Select(item => Convert.FromHexString((string)item!))];
}

// First figures: what a start costs, how fast output and input go, what a list of many costs, beside today's alternatives that are on this
// machine. Everything is measured in turn, round by round, and told as medians: the machine's speed drifts, ratios do not.
using Tether.Bench;

string results = args is [var path] ? path : Path.Combine("bench", "results", $"{DateTime.UtcNow:yyyy-MM-dd}.md");
await using Workplace place = new();
List<Table> tables =
[
    await StartBench.RunAsync(place),
    await OutputBench.RunAsync(place),
    await EchoBench.RunAsync(place),
    await ManyBench.RunAsync(place),
];
Report report = new(tables);
report.Write(Console.Out);
Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(results))!);
using (StreamWriter file = new(results))
{
    report.Write(file);
}

Console.WriteLine($"written to {results}");
return 0;

using System.Diagnostics;

namespace Tether.Bench;

/// <summary>100 kept idle programs: what a list of them costs, and each keeper's memory.</summary>
internal static class ManyBench
{
    private const int Programs = 100;
    private const int Rounds = 30;

    internal static async Task<Table> RunAsync(Workplace place)
    {
        _ = place;
        List<TetheredProcess> kept = [];
        for (int i = 0; i < Programs; i++)
        {
            kept.Add(await TetheredProcess.StartAsync(new ProcessSpec("sleep", "1000")));
        }

        Series list = new($"tether ps with {Programs} programs, whole command");
        Series json = new($"tether ps --json with {Programs} programs, whole command");
        for (int round = 0; round < Rounds; round++)
        {
            Time(list, "ps");
            Time(json, "ps", "--json");
        }

        double pss = kept.Average(process => Kilobytes(process.KeeperId, "Pss:"));
        double dirty = kept.Average(process => Kilobytes(process.KeeperId, "Private_Dirty:"));
        await Task.WhenAll(kept.Select(Workplace.EndAsync));
        return new Table($"{Programs} kept idle programs", "µs", [list, json], $"A keeper's memory, mean of {Programs}: PSS {pss:0} kB, of which private dirty {dirty:0} kB.");
    }

    private static void Time(Series series, params string[] arguments)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(Workplace.Tool("tether"), arguments) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        series.AddMicroseconds(start);
    }

    private static double Kilobytes(int pid, string field)
    {
        string line = File.ReadLines($"/proc/{pid}/smaps_rollup").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return double.Parse(line[field.Length..^2]);
    }
}

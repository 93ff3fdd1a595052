namespace Tether.Bench;

/// <summary>Runs all works and tells the results.</summary>
internal static class Suite
{
    internal static async Task<int> RunAsync(string peers, string[] options)
    {
        bool quick = options.Contains("--quick");
        int at = Array.IndexOf(options, "--out");
        string directory = at >= 0 ? options[at + 1] : Path.Combine("bench", "results");
        int onlyAt = Array.IndexOf(options, "--only");
        string[]? only = onlyAt >= 0 ? options[onlyAt + 1].Split(',') : null;
        string[] machine = [.. Machine.Describe(), quick ? "quick form: few rounds, not for comparison of small differences" : "full form"];
        Peers found = new(peers);
        Works works = new(found, quick);
        string? before = Environment.GetEnvironmentVariable("BENCH_BEFORE");
        List<Work> done = [];
        try
        {
            foreach (Work whole in works.All().Where(work => only is null || only.Contains(work.Id)))
            {
                Work work = quick ? Guard.Of(whole, before) : whole;
                Console.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {work.Title}");
                await work.RunAsync();
                done.Add(work);
                if (quick && IsFarOff(work))
                {
                    Console.WriteLine("far off, so it is measured again");
                    work.Contenders.ToList().ForEach(contender => contender.Clear());
                    await work.RunAsync();
                }
            }
        }
        finally
        {
            works.CleanUp();
        }

        TargetResult[] targets = [.. done.SelectMany(work => work.Targets.Select(target => target.Judge(work)))];
        string name = $"{DateTime.UtcNow:yyyy-MM-dd}{(quick ? "-quick" : "")}";
        new Report(done, targets, machine, found, name).Write(directory);
        using (StreamReader written = new(Path.Combine(directory, $"{name}.md")))
        {
            Console.WriteLine(await written.ReadToEndAsync());
        }

        // A contender of ours that failed is a regression, too: its figures are missing.
        string[] failed = [.. done.SelectMany(work => work.Contenders).Where(c => c.Failure is not null && Guard.IsOurs(c))
            .Select(c => $"{c.Name}: {c.Failure}")];
        TargetResult[] far = quick ? [.. targets.Where(target => target.IsMissed)] : [];
        foreach (TargetResult result in far)
        {
            failed = [.. failed, $"{result.Work.Title}: {result.Target.Ours}, {result.Target.Figure}: {result.Ratio:0.###}, asked {result.Asked}"];
        }

        foreach (string line in failed)
        {
            Console.WriteLine($"far off: {line}");
        }

        return failed.Length == 0 ? 0 : 1;
    }

    private static bool IsFarOff(Work work) => work.Targets.Any(target => target.Judge(work).IsMissed);
}

using System.Diagnostics;

namespace VideoWorker;

/// <summary>One run of the application as a process of its own, and what it said.</summary>
internal sealed class ApplicationRun
{
    private readonly List<string> _lines = [];

    /// <summary>Runs the application, and kills it without warning once its results have so many bytes.</summary>
    internal static async Task<ApplicationRun> RunAsync(string directory, long killAfterResults = long.MaxValue)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        start.ArgumentList.Add("application");
        start.ArgumentList.Add(directory);
        using Process application = Process.Start(start)!;
        ApplicationRun run = new();
        while (await application.StandardOutput.ReadLineAsync() is { } line)
        {
            run._lines.Add(line);
            if (run.Last("results") >= killAfterResults)
            {
                application.Kill();
                killAfterResults = long.MaxValue;
            }
        }

        await application.WaitForExitAsync();
        return run;
    }

    /// <summary>The number behind the first line that starts with the word, or -1.</summary>
    internal long First(string word) => Number(_lines.Find(line => line.StartsWith(word + " ", StringComparison.Ordinal)));

    /// <summary>The number behind the last line that starts with the word, or -1.</summary>
    internal long Last(string word) => Number(_lines.FindLast(line => line.StartsWith(word + " ", StringComparison.Ordinal)));

    private static long Number(string? line) => line is null ? -1 : long.Parse(line[(line.IndexOf(' ') + 1)..]);
}

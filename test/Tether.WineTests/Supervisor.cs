using System.Diagnostics;
using System.Globalization;

namespace Tether.WineTests;

/// <summary>
/// Runs the tests in processes of their own, two at a time. A test that hangs, or ends its process, is reported as failed by its name, and
/// another process goes on behind it: one bad test costs itself.
/// </summary>
internal sealed class Supervisor(string filter)
{
    private const int Parts = 2;

    /// <summary>No test takes so long; each ends its own waits before.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly Lock _output = new();

    internal int Run()
    {
        string directory = Directory.CreateTempSubdirectory("tether-results-").FullName;
        ResultFile[] results = [.. Enumerable.Range(0, Parts).Select(part => new ResultFile(Path.Combine(directory, $"{part}.txt")))];
        Thread[] threads = [.. Enumerable.Range(0, Parts).Select(part => new Thread(() => RunPart(part, results[part])))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        int passed = results.Sum(result => result.CountPassed());
        int failed = results.Sum(result => result.CountFailed());
        Directory.Delete(directory, recursive: true);
        Console.WriteLine($"{LeftOut.Read().Count} left out as they make no sense on Windows or not under Wine (not-on-windows.txt)");
        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 && passed > 0 ? 0 : 1;
    }

    private void RunPart(int part, ResultFile results)
    {
        while (true)
        {
            int before = results.CountLines();
            string[] arguments = ["part", results.Path, part.ToString(CultureInfo.InvariantCulture), Parts.ToString(CultureInfo.InvariantCulture), filter];
            using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { UseShellExecute = false })!;
            bool hangs = !EndsInTime(process, results);
            if (!hangs && process.ExitCode == TestRun.Ended)
                return;

            string test = results.Running() ?? (results.CountLines() > before ? "what comes after the last test" : "the start of the tests");
            Say(hangs ? $"FAILED {test}\n  It has not ended after {Limit.TotalSeconds:0} seconds." : $"FAILED {test}\n  It ended its process with {process.ExitCode:X8}.");
            results.WriteFailed(test);
            if (results.CountLines() == before + 1)
                return;
        }
    }

    /// <summary>False when a test took too long; the process is gone then.</summary>
    private static bool EndsInTime(Process process, ResultFile results)
    {
        int lines = results.CountLines();
        long since = Stopwatch.GetTimestamp();
        while (!process.WaitForExit(TimeSpan.FromSeconds(1)))
        {
            int now = results.CountLines();
            if (now != lines)
                (lines, since) = (now, Stopwatch.GetTimestamp());
            else if (Stopwatch.GetElapsedTime(since) > Limit)
            {
                process.Kill();
                process.WaitForExit();
                return false;
            }
        }

        return true;
    }

    private void Say(string text)
    {
        lock (_output)
            Console.WriteLine(text);
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Tether.EndToEnd.Tests.Cli;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.WineTests;

/// <summary>
/// Runs each class of tests in a process of its own, some at a time (several that do much allocate so much in one that the runtime collects, and
/// ends: Reflected). A test that hangs, or ends its process, is reported as failed by its
/// name, and another process goes on behind it: one bad test costs itself.
/// </summary>
internal sealed class Supervisor(string filter)
{
    /// <summary>No test takes so long; each ends its own waits before.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>For all of them: what is not done by then has failed.</summary>
    private static readonly TimeSpan WholeLimit = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("TETHER_WINE_SECONDS") ?? "290", CultureInfo.InvariantCulture));

    /// <summary>They ask the system for nothing and allocate little, so one process does for all of them.</summary>
    private static readonly Type[] Together =
    [
        typeof(Tests.CommandLineTests), typeof(Tests.ProcessSpecTests), typeof(Tests.StartRequestTests), typeof(Tests.WindowsStartInfoTests),
        typeof(Tests.QtConformance.QProcessTests), typeof(Tests.Protocol.DocumentationTests), typeof(Tests.Protocol.FrameReadingTests),
        typeof(Tests.Protocol.GoldenFramesTests), typeof(Tests.Windows.EnvironmentTextTests), typeof(Tests.Windows.PipeNameTests),
        typeof(Tests.Windows.WindowsProgramLookupTests), typeof(Tests.TetherHomeTests),
    ];

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _output = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("tether-results-").FullName;

    internal int Run()
    {
        LeftOut leftOut = LeftOut.Read();
        Type[] classes = [.. typeof(Supervisor).Assembly.GetTypes()
            .Where(type => type.GetMethods().Any(method => IsWanted(type, method, leftOut)))
            .OrderBy(type => type.FullName, StringComparer.Ordinal)];
        ConcurrentBag<ResultFile> results = [];
        ConcurrentBag<(string Name, TimeSpan Time)> times = [];
        // The first two look at all processes that there are, with copies of their handles: what others remove meanwhile would be in use. The
        // third starts programs on sixteen threads as fast as it can, beside which others take eight times their time.
        Type[] alone = [.. classes.Where(type => type == typeof(DiagnosisTests) || type == typeof(DiagnoseTests) || type == typeof(LeakRaceTests))];
        Type[] together = [.. classes.Where(Together.Contains)];
        Thread pure = new(() => RunClasses(together));
        pure.Start();
        Array.ForEach(alone, type => RunClasses([type]));
        pure.Join();
        ConcurrentQueue<Type> waiting = new(classes.Except([.. alone, .. together]));
        // One more than processors, as some tests only wait.
        Thread[] threads = [.. Enumerable.Range(0, Environment.ProcessorCount + 1).Select(_ => new Thread(() =>
        {
            while (waiting.TryDequeue(out Type? next))
            {
                RunClasses([next]);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        int passed = results.Sum(result => result.CountPassed());
        int failed = results.Sum(result => result.CountFailed());
        Directory.Delete(_directory, recursive: true);
        string slowest = string.Join(", ", times.OrderByDescending(run => run.Time).Take(filter.Length > 0 ? 50 : 10).Select(run => $"{run.Name} {run.Time.TotalSeconds:0} s"));
        Console.WriteLine($"{Stopwatch.GetElapsedTime(_start).TotalSeconds:0} s for {classes.Length} classes, of which {slowest}");
        Console.WriteLine($"{leftOut.Count} left out as they make no sense on Windows or not under Wine (not-on-windows.txt)");
        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 && passed > 0 ? 0 : 1;

        void RunClasses(Type[] types)
        {
            if (types.Length == 0)
                return;

            string name = types.Length == 1 ? types[0].FullName! : $"{types.Length} classes in one";
            ResultFile result = new(Path.Combine(_directory, name + ".txt"));
            results.Add(result);
            long start = Stopwatch.GetTimestamp();
            RunTests(name, types, result);
            times.Add((types.Length == 1 ? types[0].Name : name, Stopwatch.GetElapsedTime(start)));
        }
    }

    private bool IsWanted(Type type, MethodInfo method, LeftOut leftOut) =>
        method.CustomAttributes.Any(attribute => attribute.AttributeType.IsAssignableTo(typeof(FactAttribute)))
        && $"{type.FullName}.{method.Name}".Contains(filter, StringComparison.OrdinalIgnoreCase)
        && !leftOut.Has(type.FullName!, method.Name);

    private void RunTests(string name, Type[] types, ResultFile results)
    {
        while (true)
        {
            int before = results.CountLines();
            if (IsOver)
            {
                Fail(name, "It was not run to its end: the whole run took too long.", results);
                return;
            }

            using Process process = PlainStart.Of(
                new ProcessStartInfo(Environment.ProcessPath!, ["classes", string.Join(';', types.Select(type => type.FullName)), results.Path, filter]) { UseShellExecute = false });
            bool hangs = !EndsInTime(process, results);
            if (!hangs && process.ExitCode == TestRun.Ended)
                return;

            bool isProgress = results.CountLines() > before;
            string test = results.Running() ?? $"{name}: {(isProgress ? "behind the last test" : "before the first test")}";
            Fail(test, hangs ? "It has not ended in time." : $"It ended its process with {process.ExitCode:X8}.", results);
            if (!isProgress)
                return;
        }
    }

    /// <summary>False when a test, or all together, took too long; the process is gone then.</summary>
    private bool EndsInTime(Process process, ResultFile results)
    {
        int lines = results.CountLines();
        long since = Stopwatch.GetTimestamp();
        while (!process.WaitForExit(TimeSpan.FromSeconds(1)))
        {
            int now = results.CountLines();
            if (now != lines && !IsOver)
                (lines, since) = (now, Stopwatch.GetTimestamp());
            else if (Stopwatch.GetElapsedTime(since) > Limit || IsOver)
            {
                process.Kill();
                process.WaitForExit();
                return false;
            }
        }

        return true;
    }

    private bool IsOver => Stopwatch.GetElapsedTime(_start) > WholeLimit;

    private void Fail(string test, string reason, ResultFile results)
    {
        results.WriteFailed(test);
        lock (_output)
            Console.WriteLine($"FAILED {test}\n  {reason}");
    }
}

using System.Diagnostics;

namespace Tether.Bench.Drivers;

/// <summary>What the kernel says of a process.</summary>
internal static class Proc
{
    /// <summary>Processor time of all its threads so far, in seconds, to the nanosecond.</summary>
    internal static double Seconds(int pid) =>
        Directory.EnumerateDirectories($"/proc/{pid}/task").Sum(task => double.Parse(File.ReadAllText($"{task}/schedstat").Split(' ')[0])) / 1e9;

    internal static double Kilobytes(int pid, string field)
    {
        string line = File.ReadLines($"/proc/{pid}/smaps_rollup").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return double.Parse(line[field.Length..^2]);
    }

    /// <summary>How often it was put on a processor: an idle process's count stands still.</summary>
    internal static long Switches(int pid) => Directory.EnumerateDirectories($"/proc/{pid}/task")
        .Sum(task => File.ReadLines($"{task}/status").Where(line => line.Contains("ctxt_switches", StringComparison.Ordinal)).Sum(line => long.Parse(line.Split(':')[1])));

    internal static int Parent(int pid) =>
        int.Parse(File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal))[5..]);

    internal static void Place(int pid, string processors) => Run("taskset", "-acp", processors, pid.ToString());

    internal static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
        process.StandardInput.Close();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        }
    }
}

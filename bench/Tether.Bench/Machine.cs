using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tether.Bench;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    internal static IEnumerable<string> Describe()
    {
        yield return $"{Environment.ProcessorCount} processors ({Value("/proc/cpuinfo", "model name")}), {Value("/proc/meminfo", "MemTotal")} of memory";
        yield return $"{RuntimeInformation.OSDescription}, kernel {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, {RuntimeInformation.FrameworkDescription}";
        yield return $"load average at the start: {File.ReadAllText("/proc/loadavg").Split(' ')[0]}";
    }

    /// <summary>The version that a program tells; null when it is not installed.</summary>
    internal static string? Version(string program, params string[] arguments)
    {
        if (Find(program) is not { } path)
        {
            return null;
        }

        using Process process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string text = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
    }

    internal static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    private static string Value(string file, string key) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";
}

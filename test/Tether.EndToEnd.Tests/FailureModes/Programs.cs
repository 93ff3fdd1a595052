using System.Globalization;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>Programs that are found again by an argument that nobody else has.</summary>
internal static class Programs
{
    private static int s_next = Environment.ProcessId * 1000;

    /// <summary>For <c>sleep</c>, which waits for years.</summary>
    internal static string UniqueSeconds() => Interlocked.Increment(ref s_next).ToString(CultureInfo.InvariantCulture) + "00";

    /// <summary>The processes, keepers aside, that have exactly this argument.</summary>
    internal static List<int> With(string argument)
    {
        List<int> found = [];
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out int pid) && CommandLine(pid) is [not "tether-keeper", ..] words && words.Contains(argument))
            {
                found.Add(pid);
            }
        }

        return found;
    }

    /// <summary>The words of a process's command line; none when it is gone or a zombie.</summary>
    internal static string[] CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

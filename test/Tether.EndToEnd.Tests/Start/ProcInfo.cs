using System.Globalization;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>What the kernel says of a process (proc(5)).</summary>
internal static class ProcInfo
{
    internal static int Parent(int pid) => Stat(pid, 1);

    internal static int Group(int pid) => Stat(pid, 2);

    internal static int Session(int pid) => Stat(pid, 3);

    internal static int Terminal(int pid) => Stat(pid, 4);

    internal static string? WorkingDirectory(int pid) => new FileInfo($"/proc/{pid}/cwd").LinkTarget;

    /// <summary>A line of proc_pid_status(5).</summary>
    internal static string Status(int pid, string key) =>
        File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith(key + ":", StringComparison.Ordinal))[(key.Length + 1)..].Trim();

    /// <summary>A mask of signals: SigBlk, SigIgn or SigCgt.</summary>
    internal static ulong Signals(int pid, string key) => ulong.Parse(Status(pid, key), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    internal static string Limits(int pid) => File.ReadAllText($"/proc/{pid}/limits");

    internal static byte[] Environment(int pid) => File.ReadAllBytes($"/proc/{pid}/environ");

    /// <summary>The open descriptors and what each is.</summary>
    internal static Dictionary<int, string> Descriptors(int pid)
    {
        Dictionary<int, string> descriptors = [];
        foreach (string path in Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd"))
        {
            descriptors[int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)] = new FileInfo(path).LinkTarget ?? "";
        }

        return descriptors;
    }

    /// <summary>The processes whose command line is this keeper's, in either of its copies. The name has to be one that no other test uses.</summary>
    internal static List<int> Keepers(string name) => Find(command => command is ["tether-keeper", _, var keeps, ..] && keeps == name);

    /// <summary>Whether a launcher of the name is there, or the copy of it that is about to become a keeper: that outlives a launcher that is killed.</summary>
    internal static bool IsBeingLaunched(string name) => Find(command => command.Contains("name=" + name)).Count > 0;

    private static List<int> Find(Predicate<string[]> isWanted)
    {
        List<int> found = [];
        foreach (string path in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out int pid) && isWanted(CommandLine(pid)))
            {
                found.Add(pid);
            }
        }

        return found;
    }

    internal static int[] Children(int pid) =>
        [.. File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

    private static string[] CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
        }
        catch (IOException)
        {
            // It ended while it was looked at.
            return [];
        }
    }

    private static int Stat(int pid, int field)
    {
        string stat = File.ReadAllText($"/proc/{pid}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[field], CultureInfo.InvariantCulture);
    }
}

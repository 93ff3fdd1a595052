using System.Globalization;

namespace Tether.TestLauncher.Matrix;

/// <summary>Whether any process but this one, of those that this user may look at, has a descriptor (proc(5)).</summary>
internal static class HolderSearch
{
    /// <summary>By what the link in /proc/PID/fd says.</summary>
    internal static Func<bool> ByLink(string start) => () => !Any((_, link) => link.StartsWith(start, StringComparison.Ordinal));

    /// <summary>By the line of /proc/PID/fdinfo that identifies the open file: it is the same in every process that has it.</summary>
    internal static Func<bool> ByInformation(int descriptor, string lineStart)
    {
        string own = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{descriptor}");
        string line = File.ReadLines(own).First(candidate => candidate.StartsWith(lineStart, StringComparison.Ordinal));
        return () => !Any((path, link) => link.StartsWith("anon_inode:", StringComparison.Ordinal)
            && File.ReadLines(path.Replace("/fd/", "/fdinfo/", StringComparison.Ordinal)).Contains(line));
    }

    private static bool Any(Func<string, string, bool> matches)
    {
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out int pid) || pid == Environment.ProcessId)
            {
                continue;
            }

            try
            {
                foreach (string path in Directory.EnumerateFileSystemEntries(process + "/fd"))
                {
                    if (new FileInfo(path).LinkTarget is { } link && matches(path, link))
                    {
                        return true;
                    }
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It ended while it was looked at, or is another user's, and then not one of those that were started here.
            }
        }

        return false;
    }
}

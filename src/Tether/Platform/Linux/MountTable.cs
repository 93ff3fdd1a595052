using System.Globalization;
using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>Where file systems are mounted, by the mount's number (proc_pid_mountinfo(5)).</summary>
[SupportedOSPlatform("linux")]
internal sealed class MountTable
{
    private readonly Dictionary<int, string> _points = [];

    /// <summary>Null for a mount that is not a process's to see, such as that of pipes.</summary>
    internal string? PointOf(int? mountId) => mountId is { } id ? _points.GetValueOrDefault(id) : null;

    internal static MountTable Of(int pid) => Parse(ByteString.Decode(File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/mountinfo"))));

    internal static MountTable Parse(string text)
    {
        MountTable table = new();
        foreach (string line in text.Split('\n'))
        {
            // "number parent device root point …"
            string[] fields = line.Split(' ', 6);
            if (fields.Length == 6)
            {
                table._points[int.Parse(fields[0], CultureInfo.InvariantCulture)] = Unescape(fields[4]);
            }
        }

        return table;
    }

    /// <summary>A space, tab, newline and backslash stand as three octal digits.</summary>
    private static string Unescape(string path) =>
        path.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);
}

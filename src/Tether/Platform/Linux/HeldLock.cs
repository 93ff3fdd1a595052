using System.Globalization;

namespace Tether.Platform.Linux;

/// <summary>A lock that stands in /proc/PID/fdinfo/FD, in the form of proc_locks(5).</summary>
/// <param name="Kind">FLOCK, OFDLCK, POSIX or LEASE.</param>
/// <param name="IsExclusive">Whether it is a lock for writing.</param>
/// <param name="ProcessId">Who took it; -1 for an OFDLCK, 0 when it is in another process namespace.</param>
internal sealed record HeldLock(string Kind, bool IsExclusive, int ProcessId)
{
    /// <summary>A POSIX lock is its process's and not inherited; the others belong to the open file, whoever has it.</summary>
    internal bool IsInherited => Kind is "FLOCK" or "OFDLCK" or "LEASE";

    internal string Description => $"{(Kind switch { "FLOCK" => "flock", "OFDLCK" => "OFD lock", "LEASE" => "lease", _ => "POSIX lock" })}, {(IsExclusive ? "exclusive" : "shared")}";

    /// <summary>Reads <c>1: FLOCK  ADVISORY  WRITE 31515 fe:00:11657525 0 EOF</c>; null when it is nothing like that.</summary>
    internal static HeldLock? Parse(ReadOnlySpan<char> line)
    {
        string[] words = line.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= 5 && int.TryParse(words[4], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int pid)
            ? new HeldLock(words[1], words[3] == "WRITE", pid)
            : null;
    }
}

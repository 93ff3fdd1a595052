using System.Globalization;
using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>An open descriptor of a process as /proc shows it.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="Number">The descriptor's number.</param>
/// <param name="Link">The path, or what the kernel writes where there is none (<c>socket:[123]</c>).</param>
/// <param name="Status">The file behind it.</param>
[SupportedOSPlatform("linux")]
internal sealed record ProcDescriptor(int ProcessId, int Number, string Link, FileStatus Status)
{
    /// <summary>The inode of <c>socket:[N]</c>; null for anything else.</summary>
    internal ulong? SocketInode =>
        Link.StartsWith("socket:[", StringComparison.Ordinal) && ulong.TryParse(Link.AsSpan(8, Link.Length - 9), NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode) ? inode : null;

    /// <summary>The numbers of a process's descriptors, ascending.</summary>
    /// <exception cref="IOException">The process is gone.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not be looked at.</exception>
    internal static List<int> Numbers(int pid)
    {
        List<int> numbers = [];
        foreach (string path in Directory.EnumerateFileSystemEntries(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/fd")))
        {
            numbers.Add(int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture));
        }

        numbers.Sort();
        return numbers;
    }

    /// <summary>Looks at one descriptor; null when it, or its process, is gone.</summary>
    /// <exception cref="IOException">It is there and cannot be looked at.</exception>
    internal static ProcDescriptor? Read(int pid, int number)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/fd/{number}");
        return ProcLinks.Read(path) is { } link && ProcLinks.Status(path) is { } status ? new ProcDescriptor(pid, number, link, status) : null;
    }

    /// <summary>What fdinfo says of it; null when it, or its process, is gone.</summary>
    internal DescriptorInfo? ReadInfo()
    {
        try
        {
            return DescriptorInfo.Parse(File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{ProcessId}/fdinfo/{Number}")));
        }
        catch (IOException)
        {
            return null;
        }
    }
}

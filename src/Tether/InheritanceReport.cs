using Tether.Platform;

namespace Tether;

/// <summary>
/// What would leak from a process into a program that it starts in the usual way (fork and exec, posix_spawn,
/// System.Diagnostics.Process): each descriptor without close-on-exec, beyond the standard streams 0, 1 and 2. What Tether starts gets none
/// of them. On Windows these are the inheritable handles, beyond its standard ones. A process opens and closes descriptors all the time; the report is what was there at one look.
/// </summary>
public sealed record InheritanceReport
{
    internal InheritanceReport()
    {
    }

    /// <summary>The process.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Its name, of which Linux keeps 15 bytes.</summary>
    public required string ProcessName { get; init; }

    /// <summary>The descriptors, by number. Empty when nothing would leak.</summary>
    public required IReadOnlyList<InheritableDescriptor> Descriptors { get; init; }

    /// <summary>What could not be seen and why, a sentence each. Empty when all was seen.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Looks at a process. It only reads, and needs no privilege for the user's own processes.</summary>
    /// <param name="processId">The process; null for this one.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="processId"/> is not positive.</exception>
    /// <exception cref="ProcessNotFoundException">There is no such process.</exception>
    /// <exception cref="UnauthorizedAccessException">The process is another user's, or protected from being looked at.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is neither Linux nor Windows.</exception>
    public static InheritanceReport Inspect(int? processId = null)
    {
        if (processId is { } id)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(id, nameof(processId));
        }

        return HostPlatform.Current.InspectInheritance(processId ?? Environment.ProcessId);
    }
}

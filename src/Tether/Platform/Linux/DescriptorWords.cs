using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>What a descriptor is and keeps busy, in words.</summary>
[SupportedOSPlatform("linux")]
internal static class DescriptorWords
{
    private const string Deleted = " (deleted)";

    /// <summary>The path or address.</summary>
    internal static string Target(ProcDescriptor descriptor, DescriptorInfo info, NetworkSocket? socket) =>
        socket?.Description
        ?? (info.TerminalIndex is { } index ? $"{descriptor.Link}, the master of /dev/pts/{index}"
            : info.ProcessId is { } pid ? (pid == "-1" ? "a process that has ended" : $"process {pid}")
            : descriptor.Link);

    internal static string KeepsBusy(DescriptorKind kind, ProcDescriptor descriptor, DescriptorInfo info, NetworkSocket? socket, MountTable mounts) => kind switch
    {
        DescriptorKind.File => OfFile(descriptor, info, mounts),
        DescriptorKind.Directory => Join(Locks(descriptor, info), Mount(descriptor, info, mounts)),
        DescriptorKind.TcpSocket or DescriptorKind.UdpSocket or DescriptorKind.UnixSocket => socket!.KeepsBusy,
        DescriptorKind.Socket => "the socket, and its address if it has one",
        DescriptorKind.Pipe or DescriptorKind.Fifo => PipeWords.KeepsBusy(info.CanRead, info.CanWrite),
        DescriptorKind.Terminal => info.TerminalIndex is { } index
            ? $"the terminal /dev/pts/{index}: its programs see no hang-up"
            : $"the terminal {descriptor.Link}: its other end never sees the end of it",
        DescriptorKind.Device => Join(Locks(descriptor, info), $"the device {descriptor.Link}: to others it may be busy"),
        DescriptorKind.EventFd => "the eventfd: a child can take or make its events",
        DescriptorKind.Epoll => $"the epoll set: of {Count(info.Watches, "descriptor")} it may report events after they are closed",
        DescriptorKind.MemFd => Join(Locks(descriptor, info), $"{descriptor.Status.Size} bytes of memory, which are not freed"),
        DescriptorKind.Inotify => $"the inotify, with {Count(info.Watches, "watch", "watches")}: a child can take its events",
        DescriptorKind.SignalFd => "the signalfd",
        DescriptorKind.PidFd => "nothing but the reference to the process",
        DescriptorKind.TimerFd => "the timer, which goes on to tick",
        _ => "what is behind it is not known",
    };

    /// <summary>The locks that go with the open file, in words; null when there is none.</summary>
    internal static string? LockOf(DescriptorInfo info)
    {
        string[] locks = [.. info.Locks.Where(held => held.IsInherited).Select(held => held.Description).Distinct()];
        return locks.Length == 0 ? null : string.Join(" and ", locks);
    }

    private static string OfFile(ProcDescriptor descriptor, DescriptorInfo info, MountTable mounts) => Join(
        Locks(descriptor, info),
        descriptor.Link.EndsWith(Deleted, StringComparison.Ordinal) && descriptor.Status.LinkCount == 0
            ? $"the {descriptor.Status.Size} bytes of a deleted file, which are not freed" : null,
        Mount(descriptor, info, mounts));

    private static string? Locks(ProcDescriptor descriptor, DescriptorInfo info) => LockOf(info) is { } held ? $"the lock on {descriptor.Link} ({held})" : null;

    private static string? Mount(ProcDescriptor descriptor, DescriptorInfo info, MountTable mounts) =>
        mounts.PointOf(info.MountId) is { } point ? $"the file system at {point}, which cannot be unmounted" : $"the file system of {descriptor.Link}, which cannot be unmounted";

    private static string Count(int count, string one, string? many = null) => $"{count} {(count == 1 ? one : many ?? one + "s")}";

    private static string Join(params string?[] parts) => string.Join("; ", parts.Where(part => part is not null));
}

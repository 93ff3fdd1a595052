using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>From what /proc shows of a descriptor to its kind.</summary>
[SupportedOSPlatform("linux")]
internal static class DescriptorClassification
{
    private const string Anonymous = "anon_inode:";

    internal static DescriptorKind KindOf(ProcDescriptor descriptor, NetworkSocket? socket) => descriptor switch
    {
        { SocketInode: not null } => socket?.Kind ?? DescriptorKind.Socket,
        _ when descriptor.Link.StartsWith(Anonymous, StringComparison.Ordinal) => OfAnonymous(descriptor.Link[Anonymous.Length..].Trim('[', ']')),
        _ when descriptor.Link.StartsWith("pidfd:", StringComparison.Ordinal) => DescriptorKind.PidFd,
        _ when descriptor.Link.StartsWith("pipe:[", StringComparison.Ordinal) => DescriptorKind.Pipe,
        _ when descriptor.Link.StartsWith("/memfd:", StringComparison.Ordinal) => DescriptorKind.MemFd,
        { Status.IsFifo: true } => DescriptorKind.Fifo,
        { Status.IsDirectory: true } => DescriptorKind.Directory,
        { Status.IsCharacterDevice: true } when IsTerminal(descriptor.Status.SpecialMajor) => DescriptorKind.Terminal,
        { Status.IsDevice: true } => DescriptorKind.Device,
        { Status.IsRegular: true } => DescriptorKind.File,
        _ => DescriptorKind.Other,
    };

    private static DescriptorKind OfAnonymous(string name) => name switch
    {
        "eventfd" => DescriptorKind.EventFd,
        "eventpoll" => DescriptorKind.Epoll,
        "inotify" => DescriptorKind.Inotify,
        "signalfd" => DescriptorKind.SignalFd,
        "pidfd" => DescriptorKind.PidFd,
        "timerfd" => DescriptorKind.TimerFd,
        _ => DescriptorKind.Other,
    };

    /// <summary>Consoles and serial lines, /dev/tty and /dev/ptmx, pseudo-terminals (admin-guide/devices.txt of the kernel).</summary>
    private static bool IsTerminal(uint major) => major is 4 or 5 or (>= 128 and <= 143) or 204;
}

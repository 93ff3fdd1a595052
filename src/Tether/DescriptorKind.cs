namespace Tether;

/// <summary>What is behind an open descriptor of a process.</summary>
public enum DescriptorKind
{
    /// <summary>None of the kinds below, such as an event or a process of Windows; the target says what the system calls it.</summary>
    Other = 0,

    /// <summary>A regular file.</summary>
    File = 1,

    /// <summary>A directory.</summary>
    Directory = 2,

    /// <summary>A TCP socket, listening, connected or neither.</summary>
    TcpSocket = 3,

    /// <summary>A UDP socket.</summary>
    UdpSocket = 4,

    /// <summary>A Unix domain socket, listening, connected or neither.</summary>
    UnixSocket = 5,

    /// <summary>A socket of another family, or one whose family could not be seen, as another process's on Windows.</summary>
    Socket = 6,

    /// <summary>An end of a pipe without a name; on Windows of any pipe.</summary>
    Pipe = 7,

    /// <summary>A pipe with a name in the file system.</summary>
    Fifo = 8,

    /// <summary>A terminal, the master of a pseudo-terminal, or a console.</summary>
    Terminal = 9,

    /// <summary>A device node that is no terminal.</summary>
    Device = 10,

    /// <summary>A counter that wakes waiters (eventfd).</summary>
    EventFd = 11,

    /// <summary>A set of watched descriptors (epoll).</summary>
    Epoll = 12,

    /// <summary>A file in memory without a name in the file system (memfd).</summary>
    MemFd = 13,

    /// <summary>A set of watched files (inotify).</summary>
    Inotify = 14,

    /// <summary>A queue of signals (signalfd).</summary>
    SignalFd = 15,

    /// <summary>A reference to a process (pidfd).</summary>
    PidFd = 16,

    /// <summary>A timer (timerfd).</summary>
    TimerFd = 17,
}

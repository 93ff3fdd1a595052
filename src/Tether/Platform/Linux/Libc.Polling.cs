using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Linux;

internal static partial class Libc
{
    /// <summary>struct timespec of clock_gettime(2) on 64-bit machines.</summary>
    internal struct TimeSpecification
    {
        internal long Seconds;
        internal long Nanoseconds;
    }

    internal const short POLLIN = 0x001;
    internal const short POLLHUP = 0x010;

    internal const uint EPOLLIN = 0x001;
    internal const uint EPOLLOUT = 0x004;
    internal const uint EPOLLERR = 0x008;
    internal const uint EPOLLHUP = 0x010;
    internal const uint EPOLLET = 0x80000000;

    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const int EPOLL_CTL_MOD = 3;

    [LibraryImport(Library, EntryPoint = "nanosleep")]
    internal static unsafe partial int NanoSleep(TimeSpecification* time, TimeSpecification* left);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    internal static unsafe partial int Poll(PollRequest* requests, nuint count, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial SafeFileHandle EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static unsafe partial int EpollControl(SafeHandle epoll, int operation, SafeHandle file, byte* registration);

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    internal static unsafe partial int EpollWait(SafeHandle epoll, byte* events, int maximum, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    internal static partial SafeFileHandle EventDescriptor(uint count, int flags);

    [LibraryImport(Library, EntryPoint = "signalfd", SetLastError = true)]
    internal static unsafe partial SafeFileHandle SignalDescriptor(int existing, SignalSet* signals, int flags);
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Linux;

internal static partial class Libc
{
    internal const int AF_UNIX = 1;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int SOCK_NONBLOCK = 0x800;

    internal const int SOL_SOCKET = 1;
    internal const int SO_TYPE = 3;
    internal const int SO_PEERCRED = 17;
    internal const int SO_SNDTIMEO = 21;
    internal const int SO_ACCEPTCONN = 30;
    internal const int SO_PEERGROUPS = 59;

    internal const int MSG_PEEK = 0x2;
    internal const int MSG_DONTWAIT = 0x40;
    internal const int MSG_NOSIGNAL = 0x4000;

    internal const int SHUT_RDWR = 2;

    internal const int F_GETFL = 3;

    internal const int O_PATH = 0x200000;

    /// <summary>Not as a <c>SafeSocketHandle</c>, whose class starts a thread for asynchronous sockets: a keeper has none.</summary>
    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    internal static partial SafeFileHandle Socket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    internal static unsafe partial int Bind(SafeHandle socket, byte* address, uint length);

    [LibraryImport(Library, EntryPoint = "listen", SetLastError = true)]
    internal static partial int Listen(SafeHandle socket, int backlog);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    internal static unsafe partial int Connect(SafeHandle socket, byte* address, uint length);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    internal static unsafe partial int SetSocketOption(SafeHandle socket, int level, int option, void* value, uint length);

    [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    internal static unsafe partial int GetSocketOption(SafeHandle socket, int level, int option, byte* value, uint* length);

    [LibraryImport(Library, EntryPoint = "socketpair", SetLastError = true)]
    internal static unsafe partial int SocketPair(int family, int type, int protocol, int* pair);

    [LibraryImport(Library, EntryPoint = "accept4", SetLastError = true)]
    internal static partial SafeFileHandle Accept(SafeHandle socket, nint address, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    internal static unsafe partial nint Receive(SafeHandle socket, byte* buffer, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    internal static unsafe partial nint Send(SafeHandle socket, byte* buffer, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "shutdown", SetLastError = true)]
    internal static partial int Shutdown(SafeHandle socket, int how);

    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    internal static unsafe partial int GetSocketName(SafeHandle socket, byte* address, uint* length);

    [LibraryImport(Library, EntryPoint = "getegid")]
    internal static partial uint GetEffectiveGroupId();
}

using System.Runtime.InteropServices;

namespace Tether.Platform.Linux;

internal static partial class Libc
{
    internal const int SCM_RIGHTS = 1;
    internal const int MSG_CTRUNC = 0x8;
    internal const int MSG_CMSG_CLOEXEC = 0x40000000;

    [LibraryImport(Library, EntryPoint = "sendmsg", SetLastError = true)]
    internal static unsafe partial nint SendMessage(SafeHandle socket, Message* message, int flags);

    [LibraryImport(Library, EntryPoint = "recvmsg", SetLastError = true)]
    internal static unsafe partial nint ReceiveMessage(SafeHandle socket, Message* message, int flags);

    /// <summary>
    /// <c>struct msghdr</c> on 64-bit systems; musl has 32-bit lengths with padding, which is the same on little-endian ones.
    /// </summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct Message
    {
        internal void* Name;
        internal uint NameLength;
        internal Vector* Vectors;
        internal nuint VectorCount;
        internal void* Control;
        internal nuint ControlLength;
        internal int Flags;
    }

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct Vector
    {
        internal void* Start;
        internal nuint Length;
    }

    /// <summary><c>struct cmsghdr</c>; what it heads follows at once.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ControlHeader
    {
        internal nuint Length;
        internal int Level;
        internal int Type;
    }
}

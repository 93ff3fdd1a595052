using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>recv(2) and send(2) of a connected stream socket.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class StreamSocket
{
    /// <summary>Receives once.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="flags">Such as MSG_DONTWAIT.</param>
    /// <returns>How many bytes, 0 at the end; or errno, negated.</returns>
    internal static int Receive(SafeHandle socket, Span<byte> buffer, int flags)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = Libc.Receive(socket, start, buffer.Length, flags);
                if (count >= 0)
                    return (int)count;

                // A handled signal ends a wait that has a time-out, whatever SA_RESTART says (signal(7)).
                if (Errno.Last() is not Errno.EINTR and var errno)
                    return -errno;
            }
        }
    }

    /// <summary>Sends all, or with MSG_DONTWAIT what there is room for.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="bytes">What to send.</param>
    /// <param name="flags">Such as MSG_DONTWAIT.</param>
    /// <param name="sent">How many bytes were sent.</param>
    /// <returns>0 when all were sent; else errno.</returns>
    internal static int Send(SafeHandle socket, ReadOnlySpan<byte> bytes, int flags, out int sent)
    {
        sent = 0;
        fixed (byte* start = bytes)
        {
            while (sent < bytes.Length)
            {
                nint count = Libc.Send(socket, start + sent, bytes.Length - sent, flags | Libc.MSG_NOSIGNAL);
                if (count >= 0)
                    sent += (int)count;
                else if (Errno.Last() is not Errno.EINTR and var errno)
                    return errno;
            }
        }

        return 0;
    }
}

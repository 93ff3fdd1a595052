using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>A thread that waits in the kernel for one socket, with poll(2).</summary>
[SupportedOSPlatform("linux")]
internal static class UnixPoll
{
    /// <summary>Waits for one of the events, or for POLLHUP and POLLERR, which poll(2) tells unasked.</summary>
    /// <returns>What happened; 0 when the time-out ran out.</returns>
    /// <exception cref="ObjectDisposedException">The handle is closed. One that is closed in the wait ends it by its shutdown.</exception>
    internal static unsafe short Wait(SafeHandle socket, short events, TimeSpan timeout)
    {
        bool isHeld = false;
        try
        {
            socket.DangerousAddRef(ref isHeld);
            PollRequest request = new() { Descriptor = (int)socket.DangerousGetHandle(), Events = events };
            long start = TimeProvider.System.GetTimestamp();
            while (true)
            {
                int count = Libc.Poll(&request, 1, LocalTimeout.Milliseconds(LocalTimeout.Left(timeout, start)));
                if (count >= 0)
                    return count == 0 ? (short)0 : request.Happened;

                // A handled signal ends the wait, whatever SA_RESTART says (signal(7)).
                int errno = Errno.Last();
                if (errno != Errno.EINTR)
                    throw UnixErrors.Failed("Waiting for", "a local socket", errno);
            }
        }
        finally
        {
            if (isHeld)
                socket.DangerousRelease();
        }
    }
}

using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>Sockets that were made elsewhere: inherited, received, or made by a library.</summary>
[SupportedOSPlatform("linux")]
internal static class UnixDescriptor
{
    /// <summary>
    /// Takes over a stream socket of the Unix domain, also when it throws. What this process starts does not inherit it from then on.
    /// </summary>
    /// <exception cref="LocalSocketException">It is something else.</exception>
    internal static Socket TakeOver(SafeSocketHandle handle)
    {
        try
        {
            // Whatever it was opened with: nothing is inherited but what is listed.
            if (Libc.Fcntl(handle, Libc.F_SETFD, Libc.FD_CLOEXEC) != 0)
                throw UnixErrors.Failed("Taking over", $"descriptor {handle.DangerousGetHandle()}", Errno.Last());

            if (Option(handle, Libc.SO_TYPE) is null)
                throw NotSupported(handle, "it is no socket");

            Socket socket = new(handle);
            if (socket.AddressFamily != AddressFamily.Unix || socket.SocketType != SocketType.Stream)
            {
                throw NotSupported(handle,
                    $"it is a socket of family {socket.AddressFamily} and type {socket.SocketType}, not a stream socket of the Unix domain");
            }

            socket.Blocking = true;
            return socket;
        }
        catch (SocketException error)
        {
            LocalSocketException failed = NotSupported(handle, error.Message, error);
            handle.Dispose();
            throw failed;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Takes over a listening socket, also when it throws.</summary>
    /// <exception cref="LocalSocketException">It is no stream socket of the Unix domain, or does not listen.</exception>
    internal static Socket TakeOverListening(SafeSocketHandle handle)
    {
        Socket socket = TakeOver(handle);
        if (Option(handle, Libc.SO_ACCEPTCONN) is > 0)
            return socket;

        LocalSocketException failed = NotSupported(handle, "it does not listen: call listen(2) on it first");
        socket.Dispose();
        throw failed;
    }

    /// <summary>An option of socket(7); null where it is no socket.</summary>
    private static unsafe int? Option(SafeSocketHandle handle, int option)
    {
        int value = 0;
        uint length = sizeof(int);
        return Libc.GetSocketOption(handle, Libc.SOL_SOCKET, option, (byte*)&value, &length) == 0 ? value : null;
    }

    private static LocalSocketException NotSupported(SafeSocketHandle handle, string reason, Exception? inner = null) =>
        new(LocalSocketError.NotSupported, $"Descriptor {handle.DangerousGetHandle()} cannot be taken over: {reason}.", inner);
}

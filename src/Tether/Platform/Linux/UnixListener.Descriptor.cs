using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Linux;

/// <content>A socket that listens already, and accepting within a time-out.</content>
internal sealed partial class UnixListener
{
    private const int ECONNABORTED = 103;

    internal override SafeHandle Handle => _socket.SafeHandle;

    /// <summary>The name stays its binder's: no claim, and nothing to unlink at the end.</summary>
    internal static UnixListener Listen(SafeSocketHandle handle, LocalServerAccess access, Action<PeerCredentials>? peerRefused)
    {
        Socket socket = UnixDescriptor.TakeOverListening(handle);
        try
        {
            UnixAddress address = UnixAddress.Of(handle);
            LocalServerOptions options = new() { Name = address.FullName, Access = access, PeerRefused = peerRefused };
            return new UnixListener(socket, address, options, claim: null, inode: null);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal override LocalConnection? TryAccept(TimeSpan timeout)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, typeof(LocalServer));
        SafeSocketHandle handle = _socket.SafeHandle;
        long start = TimeProvider.System.GetTimestamp();
        try
        {
            // A connection that poll(2) told of may be another thread's by the time it is accepted, so accept4(2) must not wait.
            // One that waits for ever leaves the flag alone, which other processes that have the socket see too.
            int flags = timeout == Timeout.InfiniteTimeSpan ? Libc.O_NONBLOCK : Libc.Fcntl(handle, Libc.F_GETFL, 0);
            if (flags < 0 || ((flags & Libc.O_NONBLOCK) == 0 && Libc.Fcntl(handle, Libc.F_SETFL, flags | Libc.O_NONBLOCK) != 0))
                throw UnixErrors.Failed("Setting the flags of the socket at", FullName, Errno.Last());

            while (true)
            {
                using SafeFileHandle accepted = Libc.Accept(handle, 0, 0, Libc.SOCK_CLOEXEC);
                if (!accepted.IsInvalid)
                {
                    SafeSocketHandle owned = new(accepted.DangerousGetHandle(), ownsHandle: true);
                    accepted.SetHandleAsInvalid();
                    if (Admit(new Socket(owned)) is { } connection)
                        return connection;

                    continue;
                }

                int errno = Errno.Last();
                ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, typeof(LocalServer));
                if (errno is Errno.EINTR or ECONNABORTED)
                    continue;

                if (errno != Errno.EAGAIN)
                    throw UnixErrors.Failed("Accepting a connection at", FullName, errno);

                TimeSpan left = LocalTimeout.Left(timeout, start);
                if (left == TimeSpan.Zero)
                    return null;

                UnixPoll.Wait(handle, Libc.POLLIN, left);
            }
        }
        catch (ObjectDisposedException) when (Volatile.Read(ref _disposed) != 0)
        {
            throw new ObjectDisposedException(nameof(LocalServer));
        }
    }

    /// <summary>Frees a name that nobody serves.</summary>
    internal static void Remove(string name, LocalNamespace space)
    {
        UnixAddress address = UnixAddress.Of(name, space);
        if (address.Path is null || !Directory.Exists(Path.GetDirectoryName(address.Path)))
            return;

        if (UnixAddress.IsPrivate(name, space))
            UnixAddress.CheckPrivateDirectory();

        SocketNameClaim.Take(address).Dispose();
    }
}

using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using SafeHandle = System.Runtime.InteropServices.SafeHandle;

namespace Tether.Platform.Linux;

/// <summary>
/// Connects to a Unix domain socket within a time-out. Such a connect(2) never waits for the server to accept: it succeeds, or fails, or
/// finds the queue of the server full. In the last case a blocking one waits in the kernel until SO_SNDTIMEO, and a
/// non-blocking one gets EAGAIN, with nothing to poll for.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class UnixConnector
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan SlowestRetry = TimeSpan.FromMilliseconds(20);

    internal static LocalConnection Connect(LocalSocketOptions options)
    {
        UnixAddress address = Resolve(options);
        TimeSpan timeout = options.ConnectTimeout;
        SafeSocketHandle socket = Owned(CreateSocket(nonBlocking: timeout == TimeSpan.Zero));
        try
        {
            long start = TimeProvider.System.GetTimestamp();
            for (TimeSpan left = timeout; ;)
            {
                SetSendTimeout(socket, left);
                int errno = address.Connect(socket);
                if (errno == 0)
                    break;

                // A handled signal ends a wait that has a time-out with EINTR, whatever SA_RESTART says (signal(7)).
                left = LocalTimeout.Left(timeout, start);
                if (errno != Errno.EINTR || left == TimeSpan.Zero)
                    throw Failed(address, options, errno == Errno.EINTR ? Errno.EAGAIN : errno);
            }

            SetSendTimeout(socket, Timeout.InfiniteTimeSpan);
            return Finish(socket, address, options);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal static async ValueTask<LocalConnection> ConnectAsync(LocalSocketOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        UnixAddress address = Resolve(options);
        SafeFileHandle socket = CreateSocket(nonBlocking: true);
        try
        {
            await ConnectAsync(socket, address, options, cancellationToken).ConfigureAwait(false);
            return Finish(Owned(socket), address, options);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects to a server of this user's own at a path. The socket is non-blocking only for connect(2).</summary>
    /// <exception cref="LocalSocketException">There is none, or it is not this user's.</exception>
    internal static async ValueTask<SafeFileHandle> ConnectToOwnAsync(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LocalSocketOptions options = new() { Name = path };
        UnixAddress address = Resolve(options);
        SafeFileHandle socket = CreateSocket(nonBlocking: true);
        try
        {
            await ConnectAsync(socket, address, options, cancellationToken).ConfigureAwait(false);
            ClearNonBlocking(socket, address);
            CheckServer(UnixCredentials.Of(socket) ?? throw UnixErrors.Failed("Asking for the peer of", address.FullName, Errno.Last()), address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async ValueTask ConnectAsync(
        SafeFileHandle socket, UnixAddress address, LocalSocketOptions options, CancellationToken cancellationToken)
    {
        TimeSpan timeout = options.ConnectTimeout;
        long start = TimeProvider.System.GetTimestamp();
        for (TimeSpan retry = FirstRetry; ;)
        {
            int errno = address.Connect(socket);
            if (errno == 0)
                return;

            TimeSpan left = LocalTimeout.Left(timeout, start);
            if (errno is not (Errno.EAGAIN or Errno.EINTR) || left == TimeSpan.Zero)
                throw Failed(address, options, errno == Errno.EINTR ? Errno.EAGAIN : errno);

            // Nothing tells when a place in the queue is free, so ask again, less and less often.
            TimeSpan wait = left != Timeout.InfiniteTimeSpan && left < retry ? left : retry;
            await Task.Delay(wait, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            retry = retry * 2 < SlowestRetry ? retry * 2 : SlowestRetry;
        }
    }

    /// <summary>Whether somebody answers, or could, at the address.</summary>
    /// <returns>0 or EAGAIN (the queue is full) for a live server; else errno of connect(2).</returns>
    internal static int Probe(UnixAddress address)
    {
        using SafeFileHandle socket = CreateSocket(nonBlocking: true);
        int errno;
        do
        {
            errno = address.Connect(socket);
        }
        while (errno == Errno.EINTR);
        return errno;
    }

    /// <summary>Close-on-exec, and not yet one of .NET's sockets: the first of those starts a thread.</summary>
    internal static SafeFileHandle CreateSocket(bool nonBlocking)
    {
        int flags = Libc.SOCK_CLOEXEC | (nonBlocking ? Libc.SOCK_NONBLOCK : 0);
        SafeFileHandle socket = Libc.Socket(Libc.AF_UNIX, Libc.SOCK_STREAM | flags, 0);
        return socket.IsInvalid ? throw UnixErrors.Failed("Creating", "a Unix domain socket", Errno.Last()) : socket;
    }

    /// <summary>The same descriptor for a socket of .NET's.</summary>
    internal static SafeSocketHandle Owned(SafeFileHandle socket)
    {
        SafeSocketHandle owned = new(socket.DangerousGetHandle(), ownsHandle: true);
        socket.SetHandleAsInvalid();
        return owned;
    }

    private static UnixAddress Resolve(LocalSocketOptions options)
    {
        UnixAddress address = UnixAddress.Of(options.Name, options.Namespace);
        if (UnixAddress.IsPrivate(options.Name, options.Namespace))
        {
            try
            {
                UnixAddress.CheckPrivateDirectory();
            }
            catch (DirectoryNotFoundException missing)
            {
                throw new LocalSocketException(LocalSocketError.ServerNotFound, NotFound(address), missing);
            }
        }

        return address;
    }

    private static UnixConnection Finish(SafeSocketHandle handle, UnixAddress address, LocalSocketOptions options)
    {
        ClearNonBlocking(handle, address);
        UnixConnection connection = new(new Socket(handle)) { ServerName = options.Name, FullServerName = address.FullName };
        try
        {
            if (!options.AllowServerOfAnotherUser)
                CheckServer(connection.Peer, address);

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void CheckServer(PeerCredentials server, UnixAddress address)
    {
        uint user = Libc.GetEffectiveUserId();
        if (server.UserId == user)
            return;

        throw new LocalSocketException(LocalSocketError.PeerNotTrusted,
            $"The server at '{address.FullName}' runs as user {server.UserId} (process {server.ProcessId}), "
            + $"not as user {user}, so nothing was sent to it. "
            + $"If it is meant to be that user's, set {nameof(LocalSocketOptions)}.{nameof(LocalSocketOptions.AllowServerOfAnotherUser)}.");
    }

    private static LocalSocketException Failed(UnixAddress address, LocalSocketOptions options, int errno)
    {
        string? message = errno switch
        {
            Errno.ENOENT or Errno.ENOTDIR => NotFound(address),
            Errno.ECONNREFUSED => $"No server listens at '{address.FullName}': "
                + "the name is there, but its server has ended or has not begun to listen.",
            Errno.EAGAIN => $"The server at '{address.FullName}' had no place in its queue "
                + $"within {options.ConnectTimeout.TotalMilliseconds:0} ms. "
                + "It accepts too slowly, or not at all; a larger backlog or a longer time-out helps only in the first case.",
            Errno.EACCES or Errno.EPERM => $"Connecting to '{address.FullName}' is not permitted: "
                + "the server listens for other users only, or its directory is closed.",
            _ => null,
        };
        return message is null
            ? UnixErrors.Failed("Connecting to", address.FullName, errno)
            : new LocalSocketException(UnixErrors.Classify(errno), message, Errno.Failed("connect", address.FullName, errno));
    }

    private static string NotFound(UnixAddress address) =>
        $"There is no server at '{address.FullName}'. Start it first, or check the name and its {nameof(LocalNamespace)}.";

    private static unsafe void SetSendTimeout(SafeSocketHandle socket, TimeSpan timeout)
    {
        // struct timeval, where zero means no time-out: a time-out of nothing is asked for with a non-blocking socket instead.
        nint* time = stackalloc nint[2];
        if (timeout != Timeout.InfiniteTimeSpan)
        {
            long microseconds = Math.Max(1, (long)timeout.TotalMicroseconds);
            time[0] = (nint)(microseconds / 1_000_000);
            time[1] = (nint)(microseconds % 1_000_000);
        }

        if (Libc.SetSocketOption(socket, Libc.SOL_SOCKET, Libc.SO_SNDTIMEO, time, (uint)(2 * sizeof(nint))) != 0)
            throw UnixErrors.Failed("Setting the send time-out of", "a Unix domain socket", Errno.Last());
    }

    /// <summary>Only for connect(2): a blocking socket is what lets a synchronous read be one system call.</summary>
    private static void ClearNonBlocking(SafeHandle socket, UnixAddress address)
    {
        int flags = Libc.Fcntl(socket, Libc.F_GETFL, 0);
        if (flags >= 0 && ((flags & Libc.O_NONBLOCK) == 0 || Libc.Fcntl(socket, Libc.F_SETFL, flags & ~Libc.O_NONBLOCK) == 0))
            return;

        throw UnixErrors.Failed("Setting the flags of the socket to", address.FullName, Errno.Last());
    }
}

using System.Net.Sockets;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Linux;

/// <summary>
/// A listening Unix domain socket. It is made with native calls, since a .NET <see cref="Socket"/> that bound a path itself deletes the
/// path when it is closed, whoever's socket stands there by then.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class UnixListener : LocalListener
{
    private readonly Socket _socket;
    private readonly UnixAddress _address;
    private readonly LocalServerOptions _options;
    private readonly SocketNameClaim? _claim;
    private readonly ulong? _inode;
    private int _disposed;

    private UnixListener(Socket socket, UnixAddress address, LocalServerOptions options, SocketNameClaim? claim, ulong? inode)
    {
        _socket = socket;
        _address = address;
        _options = options;
        _claim = claim;
        _inode = inode;
    }

    internal override string FullName => _address.FullName;

    internal static UnixListener Listen(LocalServerOptions options)
    {
        UnixAddress address = UnixAddress.Of(options.Name, options.Namespace);
        if (UnixAddress.IsPrivate(options.Name, options.Namespace))
        {
            if (options.Access != LocalServerAccess.User)
            {
                throw new ArgumentException(
                    $"The server '{options.Name}' cannot be open to other users, "
                    + $"who cannot enter the directory of {nameof(LocalNamespace)}.{nameof(LocalNamespace.Private)}. "
                    + "Give it an absolute path or another namespace.", nameof(options));
            }

            UnixAddress.CreatePrivateDirectory();
        }

        return address.Path is null ? ListenAtAbstractName(address, options) : ListenAtPath(address, options);
    }

    /// <summary>
    /// Not by .NET's Socket.Accept: one that waits while the socket is disposed, after an asynchronous one was made on it, closes descriptor 0.
    /// </summary>
    internal override LocalConnection Accept() => TryAccept(Timeout.InfiniteTimeSpan)!;

    internal override async ValueTask<LocalConnection> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException error) when (IsWorthARetry(error))
            {
                continue;
            }
            catch (SocketException error)
            {
                throw Failed(error);
            }

            if (Admit(socket) is { } connection)
                return connection;
        }
    }

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        try
        {
            // As long as the socket is open its inode is, so the number cannot have become another file's. A file that cannot be removed
            // stays, and the next server of that name finds it stale.
            if (_address.Path is { } path && _inode is { } inode && SocketNameClaim.TryInode(path) == inode)
                _ = Libc.Unlink(path);
        }
        finally
        {
            _socket.Dispose();
            _claim?.Dispose();
        }
    }

    private static UnixListener ListenAtAbstractName(UnixAddress address, LocalServerOptions options)
    {
        SafeSocketHandle socket = UnixConnector.Owned(UnixConnector.CreateSocket(nonBlocking: false));
        try
        {
            Bind(socket, address);
            return new UnixListener(StartListening(socket, address, options), address, options, claim: null, inode: null);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static UnixListener ListenAtPath(UnixAddress address, LocalServerOptions options)
    {
        if (address.FullName.EndsWith(SocketNameClaim.LockSuffix, StringComparison.Ordinal))
        {
            throw new LocalSocketException(LocalSocketError.NameInvalid,
                $"'{options.Name}' is not a valid name of a local server: "
                + $"names that end with '{SocketNameClaim.LockSuffix}' are those of lock files. Use another name.");
        }

        SocketNameClaim claim = SocketNameClaim.Take(address);
        SafeSocketHandle? socket = null;
        ulong? inode = null;
        try
        {
            uint mode = ModeOf(options.Access);
            socket = UnixConnector.Owned(UnixConnector.CreateSocket(nonBlocking: false));

            // Before bind(2) this sets the mode that the file will be born with, less the umask; after it, nothing.
            if (Libc.Fchmod(socket, mode) != 0)
                throw UnixErrors.Failed("Setting the mode of the socket for", address.FullName, Errno.Last());

            Bind(socket, address);
            inode = CheckMode(address.Path!, mode);
            return new UnixListener(StartListening(socket, address, options), address, options, claim, inode);
        }
        catch
        {
            if (inode is not null && SocketNameClaim.TryInode(address.Path!) == inode)
                _ = Libc.Unlink(address.Path!);

            socket?.Dispose();
            claim.Dispose();
            throw;
        }
    }

    /// <summary>connect(2) needs the right to write; reading is customary beside it.</summary>
    private static uint ModeOf(LocalServerAccess access)
    {
        uint mode = 0x180; // 0600
        if (access.HasFlag(LocalServerAccess.Group))
            mode |= 0x30; // 0060
        if (access.HasFlag(LocalServerAccess.Other))
            mode |= 0x6; // 0006
        return mode;
    }

    private static void Bind(SafeSocketHandle socket, UnixAddress address)
    {
        int errno = address.Bind(socket);
        if (errno == Errno.EADDRINUSE)
        {
            throw new LocalSocketException(LocalSocketError.NameInUse,
                $"The name '{address.FullName}' is taken: another server has bound it. Choose another name, or end that server.",
                Errno.Failed("bind", address.FullName, errno));
        }

        if (errno != 0)
            throw UnixErrors.Failed("Binding a socket to", address.FullName, errno);
    }

    private static Socket StartListening(SafeSocketHandle socket, UnixAddress address, LocalServerOptions options) =>
        Libc.Listen(socket, options.Backlog) == 0
            ? new Socket(socket)
            : throw UnixErrors.Failed("Listening at", address.FullName, Errno.Last());

    /// <summary>Gives back what the umask took away, and finds the file's inode number.</summary>
    private static unsafe ulong CheckMode(string path, uint mode)
    {
        // Through a handle on the file itself: by path, chmod(2) would follow a link that took the socket's place.
        using SafeFileHandle file = Libc.Open(path, Libc.O_PATH | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
        if (file.IsInvalid)
            throw UnixErrors.Failed("Looking at", path, Errno.Last());

        FileStatus status;
        if (Libc.Statx(file, "", Libc.AT_EMPTY_PATH, Libc.STATX_BASIC_STATS, &status) != 0)
            throw UnixErrors.Failed("Looking at", path, Errno.Last());

        if (!status.IsSocket || status.UserId != Libc.GetEffectiveUserId())
        {
            throw new LocalSocketException(LocalSocketError.NameInUse,
                $"The name '{path}' is taken: its socket was replaced while it was being made. "
                + "Use a directory that others cannot write to.");
        }

        if (status.Permissions != mode && Libc.Chmod($"/proc/self/fd/{file.DangerousGetHandle()}", mode) != 0)
            throw UnixErrors.Failed("Setting the mode of", path, Errno.Last());

        return status.Inode;
    }

    /// <summary>Lets the peer in, or closes the connection: one client that is not welcome must not end the accepting.</summary>
    private UnixConnection? Admit(Socket socket)
    {
        UnixConnection connection = new(socket);
        if (_options.Access.Allows(connection.Peer, socket))
            return connection;

        connection.Dispose();
        _options.PeerRefused?.Invoke(connection.Peer);
        return null;
    }

    // accept(2): the client gave up before it was accepted.
    private static bool IsWorthARetry(SocketException error) => error.SocketErrorCode == SocketError.ConnectionAborted;

    private Exception Failed(SocketException error)
    {
        if (Volatile.Read(ref _disposed) != 0)
            return new ObjectDisposedException(nameof(LocalServer));

        LocalSocketError kind = error.SocketErrorCode switch
        {
            SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable => LocalSocketError.ResourceExhausted,
            _ => LocalSocketError.Unknown,
        };
        return new LocalSocketException(kind,
            $"Accepting a connection at '{FullName}' failed: {error.Message}. The server still listens, and its clients wait.", error);
    }
}

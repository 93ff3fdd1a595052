using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Linux;

/// <summary>
/// The right to bind a path, held as an exclusive flock(2) on the file <c>PATH.lock</c> for as long as the server listens.
///
/// bind(2) fails on a path that exists, and a server that was killed leaves its path behind, so somebody has to unlink it, and must never
/// unlink that of a live server. Among Tether's servers the lock decides, since the kernel drops it with its holder. A server of another
/// kind (a QLocalServer) takes no lock, so its path is also asked: only a socket of this user that refuses a connection, and that no
/// process has bound and not yet listened on, is stale.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class SocketNameClaim : IDisposable
{
    internal const string LockSuffix = ".lock";

    private const uint OwnerReadsAndWrites = 0x180; // 0600

    private readonly string _lockPath;
    private readonly SafeFileHandle _lock;

    private SocketNameClaim(string lockPath, SafeFileHandle @lock)
    {
        _lockPath = lockPath;
        _lock = @lock;
    }

    /// <summary>Takes the lock and leaves the path free to bind.</summary>
    /// <exception cref="LocalSocketException">Somebody has the name, or the path cannot be used.</exception>
    internal static SocketNameClaim Take(UnixAddress address)
    {
        string path = address.Path!;
        SocketNameClaim claim = Lock(path, path + LockSuffix);
        try
        {
            RemoveStaleSocket(address, path);
            return claim;
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    /// <summary>Gives the claim back and removes the lock file. The path itself is its binder's to unlink, before.</summary>
    public void Dispose()
    {
        if (_lock.IsClosed)
            return;

        try
        {
            // While the lock is held nobody else replaces the file, except by hand; then it is not this claim's. Where it cannot be removed
            // it stays, unlocked, and the next server of that name locks it again.
            if (TryInode(_lockPath) == Inode(_lock, _lockPath))
                _ = Libc.Unlink(_lockPath);
        }
        finally
        {
            // A process that is being forked right now has a copy of the handle: unlocking ends the lock for the copy too.
            _ = Libc.Flock(_lock, Libc.LOCK_UN);
            _lock.Dispose();
        }
    }

    /// <summary>The inode number at the path itself, no link followed; null where there is nothing.</summary>
    internal static ulong? TryInode(string path) => TryStatus(path)?.Inode;

    private static SocketNameClaim Lock(string path, string lockPath)
    {
        while (true)
        {
            SafeFileHandle file = Open(lockPath);
            try
            {
                Check(file, lockPath);
                if (!TryLock(file, lockPath))
                    throw InUse(path, "another server holds it (its lock file is locked)", "Choose another name, or end that server.");

                // The holder before may have removed the file between the open and the lock: then this is a lock on nothing.
                if (TryInode(lockPath) == Inode(file, lockPath))
                    return new SocketNameClaim(lockPath, file);
            }
            catch
            {
                file.Dispose();
                throw;
            }

            file.Dispose();
        }
    }

    private static SafeFileHandle Open(string lockPath)
    {
        // O_NONBLOCK matters only when a FIFO stands there; it is refused right after.
        int flags = Libc.O_RDWR | Libc.O_CREAT | Libc.O_NOFOLLOW | Libc.O_CLOEXEC | Libc.O_NONBLOCK | Libc.O_NOCTTY;
        SafeFileHandle file = Libc.Open(lockPath, flags, OwnerReadsAndWrites);
        if (!file.IsInvalid)
            return file;

        int errno = Errno.Last();
        file.Dispose();
        throw errno is Errno.ENOENT or Errno.ENOTDIR
            ? new LocalSocketException(LocalSocketError.NameInvalid,
                $"The directory '{Path.GetDirectoryName(lockPath)}' does not exist, so no server can listen in it. Create it first.",
                Errno.Failed("open", lockPath, errno))
            : UnixErrors.Failed("Creating the lock file", lockPath, errno);
    }

    private static void Check(SafeFileHandle file, string lockPath)
    {
        FileStatus status = Status(file, lockPath);
        uint user = Libc.GetEffectiveUserId();
        if ((status.Mode & Libc.S_IFMT) != Libc.S_IFREG || status.UserId != user)
        {
            throw new LocalSocketException(LocalSocketError.AccessDenied,
                $"The lock file '{lockPath}' cannot be trusted: it is not a regular file of user {user}. "
                + "Remove it, or choose another name.");
        }
    }

    private static bool TryLock(SafeFileHandle file, string lockPath)
    {
        while (Libc.Flock(file, Libc.LOCK_EX | Libc.LOCK_NB) != 0)
        {
            int errno = Errno.Last();
            if (errno == Errno.EAGAIN)
                return false;

            if (errno != Errno.EINTR)
                throw UnixErrors.Failed("Locking", lockPath, errno);
        }

        return true;
    }

    private static void RemoveStaleSocket(UnixAddress address, string path)
    {
        // The handle keeps the inode, so that its number cannot come back as that of a server which binds the path meanwhile.
        using SafeFileHandle socket = Libc.Open(path, Libc.O_PATH | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
        if (socket.IsInvalid)
        {
            int errno = Errno.Last();
            if (errno == Errno.ENOENT)
                return;

            throw UnixErrors.Failed("Looking at", path, errno);
        }

        FileStatus status = Status(socket, path);
        uint user = Libc.GetEffectiveUserId();
        if (!status.IsSocket)
            throw InUse(path, "a file that is not a socket stands there", "Remove it if it is not needed, or choose another name.");

        if (status.UserId != user)
            throw InUse(path, $"a socket of user {status.UserId} stands there", "Choose another name.");

        int probe = UnixConnector.Probe(address);
        if (probe != Errno.ECONNREFUSED)
        {
            if (probe == Errno.ENOENT)
                return;

            throw InUse(path, probe is 0 or Errno.EAGAIN ? "a server answers there" : $"what is there may be alive ({Errno.Text(probe)})",
                "Choose another name, or end that server.");
        }

        if (IsBoundWithoutListening(path))
        {
            throw InUse(path, "a process has bound it and does not listen yet",
                "Choose another name, end that process, or, if it is one of another container, remove the file.");
        }

        if (TryInode(path) != status.Inode)
            throw InUse(path, "another server has just taken it", "Choose another name, or end that server.");

        if (Libc.Unlink(path) != 0 && Errno.Last() is not Errno.ENOENT and var failure)
            throw UnixErrors.Failed("Removing the stale socket", path, failure);
    }

    /// <summary>
    /// A socket between bind(2) and listen(2) refuses connections like a stale one. /proc/net/unix (proc_net(5)) lists it, unconnected
    /// (state 01), with its path; a connection that was accepted at the path is listed too, but connected.
    /// </summary>
    private static bool IsBoundWithoutListening(string path)
    {
        const string Table = "/proc/net/unix";
        const int StateColumn = 5;
        const int PathColumn = 7;
        if (!File.Exists(Table))
            return false;

        foreach (string line in File.ReadLines(Table, Encoding.UTF8))
        {
            string[] columns = line.Split(' ', PathColumn + 1, StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > PathColumn && columns[StateColumn] == "01" && columns[PathColumn] == path)
                return true;
        }

        return false;
    }

    private static LocalSocketException InUse(string path, string reason, string remedy) =>
        new(LocalSocketError.NameInUse, $"The name '{path}' is taken: {reason}. {remedy}");

    private static ulong Inode(SafeFileHandle file, string path) => Status(file, path).Inode;

    private static unsafe FileStatus Status(SafeFileHandle file, string path)
    {
        FileStatus status;
        return Libc.Statx(file, "", Libc.AT_EMPTY_PATH, Libc.STATX_BASIC_STATS, &status) == 0
            ? status
            : throw UnixErrors.Failed("Looking at", path, Errno.Last());
    }

    private static unsafe FileStatus? TryStatus(string path)
    {
        FileStatus status;
        if (Libc.Statx(Libc.AT_FDCWD, path, Libc.AT_SYMLINK_NOFOLLOW, Libc.STATX_BASIC_STATS, &status) == 0)
            return status;

        int errno = Errno.Last();
        return errno is Errno.ENOENT or Errno.ENOTDIR ? null : throw UnixErrors.Failed("Looking at", path, errno);
    }
}

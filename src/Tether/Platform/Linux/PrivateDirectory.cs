using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Linux;

/// <summary>
/// Directories that only the user can enter. Whoever could create, rename or replace a name inside one could stand in for a server or
/// a keeper, so the directory is looked at through a handle that no rename can change, and so is the one that holds it.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class PrivateDirectory
{
    private const uint OwnerOnly = 0x1C0; // 0700
    private const uint GroupAndOther = 0x3F; // 0077
    private const uint GroupMayWrite = 0x10; // 0020
    private const uint OtherMayWrite = 0x2; // 0002
    private const uint Sticky = 0x200; // 01000
    private const uint SymbolicLink = 0xA000; // S_IFLNK

    /// <summary>
    /// Opens the directory; where it is missing it is created with mode 0700, and so are the ones above it that are missing.
    /// </summary>
    /// <returns>A handle on the directory that was checked; closing it is the caller's.</returns>
    /// <exception cref="UnsafeDirectoryException">Somebody else can enter or exchange the directory.</exception>
    /// <exception cref="IOException">The directory cannot be created or opened.</exception>
    internal static SafeFileHandle OpenOrCreate(string path)
    {
        path = Normalize(path);
        if (TryOpen(path) is { } existing)
            return existing;

        CheckParentOrCreateIt(path);
        if (Libc.Mkdir(path, OwnerOnly) == 0)
        {
            // A umask that takes the owner's own permissions away must not lock the user out. Nobody else can have exchanged it: see CheckParent.
            if (Libc.Chmod(path, OwnerOnly) != 0)
                throw Errno.Failed("chmod", path);
        }
        else if (Errno.Last() is not Errno.EEXIST and var errno)
        {
            throw Errno.Failed("mkdir", path, errno);
        }

        return TryOpen(path) ?? throw Missing(path);
    }

    /// <summary>Opens a directory that exists.</summary>
    /// <inheritdoc cref="OpenOrCreate" path="/returns"/>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    /// <exception cref="UnsafeDirectoryException">Somebody else can enter or exchange the directory.</exception>
    /// <exception cref="IOException">The directory cannot be opened.</exception>
    internal static SafeFileHandle Open(string path)
    {
        path = Normalize(path);
        return TryOpen(path) ?? throw Missing(path);
    }

    // open(2) follows a symbolic link in spite of O_NOFOLLOW when the path ends with a slash.
    private static string Normalize(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    private static DirectoryNotFoundException Missing(string path) => new($"The directory '{path}' does not exist.");

    private static SafeFileHandle? TryOpen(string path)
    {
        SafeFileHandle directory = Libc.Open(path, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
        if (directory.IsInvalid)
        {
            int errno = Errno.Last();
            directory.Dispose();
            if (errno == Errno.ENOENT)
                return null;

            // What stands there says more than the number does: a link, a file, or somebody else's directory.
            if (TryStatus(path, Libc.AT_SYMLINK_NOFOLLOW) is { } status)
                Check(path, status);

            throw Errno.Failed("open", path, errno);
        }

        try
        {
            Check(path, Status(directory, path));
            CheckParent(path);
            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    private static void Check(string path, FileStatus status)
    {
        uint user = Libc.GetEffectiveUserId();
        if ((status.Mode & Libc.S_IFMT) == SymbolicLink)
        {
            throw new UnsafeDirectoryException(path, "it is a symbolic link",
                "Remove the link, or name the directory that it points to.");
        }

        if (!status.IsDirectory)
            throw new UnsafeDirectoryException(path, "it is not a directory", "Remove what stands there, or name another directory.");

        if (status.UserId != user)
        {
            throw new UnsafeDirectoryException(path, $"it belongs to user {status.UserId}, not to user {user}",
                "Name a directory of your own, for instance with TETHER_HOME.");
        }

        if ((status.Permissions & GroupAndOther) != 0)
        {
            throw new UnsafeDirectoryException(path, $"other users can enter it (its mode is {Octal(status)})",
                $"When you trust what is in it: chmod 0700 '{path}'.");
        }
    }

    private static void CheckParentOrCreateIt(string path)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
            return;

        if (TryStatus(parent, 0) is null)
            OpenOrCreate(parent).Dispose();
        else
            CheckParent(path);
    }

    /// <summary>Whoever may rename names in the parent can put another directory in this one's place after it was checked.</summary>
    private static void CheckParent(string path)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
            return;

        // Links are followed here: /tmp and /run are links on some systems, and the permissions that count are those behind them.
        FileStatus status = TryStatus(parent, 0) ?? throw Missing(parent);
        uint user = Libc.GetEffectiveUserId();
        if (status.UserId != user && status.UserId != 0)
        {
            throw new UnsafeDirectoryException(path,
                $"the directory that holds it, '{parent}', belongs to user {status.UserId}, who can exchange it",
                "Name a directory of your own, for instance with TETHER_HOME.");
        }

        // A group with its user's number is that user's alone (useradd's "user private group"), and where it is customary, so is umask 002.
        bool groupIsShared = status.GroupId != status.UserId;
        uint mayWrite = OtherMayWrite | (groupIsShared ? GroupMayWrite : 0);
        if ((status.Permissions & mayWrite) != 0 && (status.Permissions & Sticky) == 0)
        {
            throw new UnsafeDirectoryException(path,
                $"other users can exchange it, as they can write to the directory that holds it, '{parent}', "
                + $"which has no sticky bit (its mode is {Octal(status)})",
                $"Take the right away with: chmod go-w '{parent}', or name another directory.");
        }
    }

    private static string Octal(FileStatus status) => "0" + Convert.ToString(status.Permissions, 8);

    private static unsafe FileStatus Status(SafeFileHandle directory, string path)
    {
        FileStatus status;
        return Libc.Statx(directory, "", Libc.AT_EMPTY_PATH, Libc.STATX_BASIC_STATS, &status) == 0
            ? status
            : throw Errno.Failed("statx", path);
    }

    private static unsafe FileStatus? TryStatus(string path, int flags)
    {
        FileStatus status;
        if (Libc.Statx(Libc.AT_FDCWD, path, flags, Libc.STATX_BASIC_STATS, &status) == 0)
            return status;

        return Errno.Last() is Errno.ENOENT ? null : throw Errno.Failed("statx", path);
    }
}

using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Records;

namespace Tether.Platform.Linux;

/// <summary>
/// flock(2) on a record's directory, held by its keeper for as long as it lives: the kernel lets go of it with the keeper's last
/// breath, so it tells a live record from a lost one when neither a PID nor a refused connection can.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class RecordLock
{
    /// <summary>Whether a keeper holds the record; null when there is no such directory.</summary>
    internal static bool? IsHeld(string directory)
    {
        using SafeFileHandle? handle = Open(directory);
        return handle is null ? null : !TryLock(handle, Libc.LOCK_SH, directory);
    }

    /// <summary>
    /// Takes the record out of the list with one rename and then deletes it. False when a keeper holds it. Others' looks at the lock
    /// last microseconds; this waits for them, and for no keeper.
    /// </summary>
    internal static bool TryRemove(string home, string name)
    {
        string directory = Path.Combine(home, name);
        using SafeFileHandle? handle = Open(directory);
        if (handle is null)
        {
            return true;
        }

        // Shared goes together with the looks of others (IsHeld), exclusive would not; a keeper's own is exclusive.
        if (!TryLock(handle, Libc.LOCK_SH, directory))
        {
            return false;
        }

        string hidden = Path.Combine(home, RecordPaths.NewHiddenName("rm"));
        if (Libc.Rename(directory, hidden) != 0)
        {
            int errno = Errno.Last();
            return errno == Errno.ENOENT ? true : throw Errno.Failed("rename", directory, errno);
        }

        Directory.Delete(hidden, recursive: true);
        return true;
    }

    private static SafeFileHandle? Open(string directory)
    {
        SafeFileHandle handle = Libc.Open(directory, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
        if (!handle.IsInvalid)
        {
            return handle;
        }

        int errno = Errno.Last();
        handle.Dispose();
        return errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP ? null : throw Errno.Failed("open", directory, errno);
    }

    private static bool TryLock(SafeFileHandle handle, int kind, string directory)
    {
        while (Libc.Flock(handle, kind | Libc.LOCK_NB) != 0)
        {
            int errno = Errno.Last();
            if (errno == Errno.EAGAIN)
            {
                return false;
            }

            if (errno != Errno.EINTR)
            {
                throw Errno.Failed("flock", directory, errno);
            }
        }

        return true;
    }
}

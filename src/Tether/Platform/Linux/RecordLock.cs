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
    /// <summary>A keeper makes and locks its hidden directory within microseconds; what is this old and free is nobody's.</summary>
    private static readonly TimeSpan LeftOverAge = TimeSpan.FromMinutes(10);

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
        if (!TryHide(home, name, out string? hidden, out SafeFileHandle? held))
        {
            return false;
        }

        // Held until it is deleted, so that nobody else takes it for a left-over.
        using (held)
        {
            if (hidden is not null)
            {
                Directory.Delete(hidden, recursive: true);
            }
        }

        Sweep(home);
        return true;
    }

    /// <summary>
    /// The lock of a record whose keeper is gone, for a new keeper; null when a keeper has it or there is no such record. One at a time in a
    /// home, as for a removal.
    /// </summary>
    internal static SafeFileHandle? Take(string home, string name)
    {
        using SafeFileHandle? homeHandle = OpenAlone(home);
        string directory = Path.Combine(home, name);
        SafeFileHandle? handle = homeHandle is null ? null : Open(directory);
        while (handle is not null && !TryLock(handle, Libc.LOCK_EX, directory))
        {
            // Others' looks are shared and last microseconds; a keeper's hold is exclusive.
            if (!TryLock(handle, Libc.LOCK_SH, directory))
            {
                handle.Dispose();
                return null;
            }

            Thread.Yield();
        }

        return handle;
    }

    /// <summary>
    /// One at a time in a home: between the look at the lock and the rename, another one could remove the record and a keeper take the
    /// name, and then a living record would go.
    /// </summary>
    private static bool TryHide(string home, string name, out string? hidden, out SafeFileHandle? handle)
    {
        hidden = null;
        handle = null;
        using SafeFileHandle? homeHandle = OpenAlone(home);
        if (homeHandle is null)
        {
            return true;
        }

        string directory = Path.Combine(home, name);
        handle = Open(directory);
        if (handle is null)
        {
            return true;
        }

        // Shared goes together with the looks of others (IsHeld), exclusive would not; a keeper's own is exclusive.
        if (!TryLock(handle, Libc.LOCK_SH, directory))
        {
            handle.Dispose();
            return false;
        }

        string place = Path.Combine(home, RecordPaths.NewHiddenName("rm"));
        if (Libc.Rename(directory, place) == 0)
        {
            hidden = place;
            return true;
        }

        int errno = Errno.Last();
        handle.Dispose();
        return errno == Errno.ENOENT ? true : throw Errno.Failed("rename", directory, errno);
    }

    /// <summary>Deletes what a keeper that was killed during a start, or an interrupted removal, left under a hidden name.</summary>
    private static void Sweep(string home)
    {
        DateTime old = DateTime.UtcNow - LeftOverAge;
        foreach (string directory in Directory.EnumerateDirectories(home, RecordPaths.HiddenPrefix + "*-*"))
        {
            bool isHidden = Path.GetFileName(directory) is var name && (name.StartsWith(".new-", StringComparison.Ordinal) || name.StartsWith(".rm-", StringComparison.Ordinal));
            if (!isHidden || Directory.GetLastWriteTimeUtc(directory) > old)
            {
                continue;
            }

            using SafeFileHandle? handle = Open(directory);
            if (handle is null || !TryLock(handle, Libc.LOCK_EX, directory))
            {
                continue;
            }

            try
            {
                Directory.Delete(directory, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // What was asked for is done; the next removal comes back to this.
            }
        }
    }

    /// <summary>The home, locked for this caller alone; null when there is none.</summary>
    private static SafeFileHandle? OpenAlone(string home)
    {
        SafeFileHandle? handle = Open(home);
        while (handle is not null && Libc.Flock(handle, Libc.LOCK_EX) != 0)
        {
            if (Errno.Last() is not Errno.EINTR and var error)
            {
                handle.Dispose();
                throw Errno.Failed("flock", home, error);
            }
        }

        return handle;
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

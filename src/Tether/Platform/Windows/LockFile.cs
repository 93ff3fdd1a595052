using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Records;

namespace Tether.Platform.Windows;

/// <summary>
/// A record's lock: a file beside the record's directory that its keeper holds open, shared with nobody, for as long as it lives. The
/// system
/// closes it with the keeper's last breath, and removes it then. It cannot be inside of the directory or the directory itself: Windows
/// neither renames nor deletes a directory in which something is open.
/// </summary>
[SupportedOSPlatform("windows")]
internal static unsafe class LockFile
{
    /// <summary>Others' looks last microseconds. A virus scanner that opens the file may take longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Whether somebody holds the record.</summary>
    internal static bool IsHeld(string home, string name)
    {
        using SafeFileHandle look = Look(PathOf(home, name), out int error);
        return error switch
        {
            0 or WindowsError.FileNotFound or WindowsError.PathNotFound => false,
            WindowsError.SharingViolation => true,
            // It is being removed, as its holder has just let go of it.
            WindowsError.AccessDenied => false,
            _ => throw WindowsError.Failed("Opening", PathOf(home, name), error),
        };
    }

    /// <summary>Takes the lock; null when somebody holds it.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    internal static SafeFileHandle? Take(string home, string name)
    {
        string path = PathOf(home, name);
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (true)
        {
            SafeFileHandle held = Kernel32.CreateFile(
                path, Kernel32.GENERIC_READ | Kernel32.DELETE, 0, null, Kernel32.OPEN_ALWAYS,
                Kernel32.FILE_ATTRIBUTE_HIDDEN | Kernel32.FILE_FLAG_DELETE_ON_CLOSE, 0);
            if (!held.IsInvalid)
            {
                return held;
            }

            int error = WindowsError.Last();
            held.Dispose();
            if (error is not (WindowsError.SharingViolation or WindowsError.AccessDenied))
            {
                throw WindowsError.Failed("Making the lock", path, error);
            }

            // Somebody who only looks shares it; who holds it does not.
            using SafeFileHandle look = Look(path, out int lookError);
            if (lookError == WindowsError.SharingViolation)
            {
                return null;
            }

            if (Environment.TickCount64 > deadline)
            {
                throw WindowsError.Failed("Making the lock", path, error);
            }

            Thread.Yield();
        }
    }

    private static SafeFileHandle Look(string path, out int error)
    {
        SafeFileHandle handle = Kernel32.CreateFile(
            path, Kernel32.GENERIC_READ, Kernel32.FILE_SHARE_ALL, null, Kernel32.OPEN_EXISTING, 0, 0);
        error = handle.IsInvalid ? WindowsError.Last() : 0;
        return handle;
    }

    private static string PathOf(string home, string name) => Path.Combine(home, $"{RecordPaths.HiddenPrefix}lock-{name}");
}

using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Records;

namespace Tether.Platform.Windows;

/// <summary>
/// The directory of a record. It is one from the moment on when its <c>record.json</c> is there, which comes last and goes first; without
/// it a directory is what an interrupted start or removal has left, and whoever gets the lock of its name may take it away.
/// </summary>
[SupportedOSPlatform("windows")]
internal static unsafe class RecordDirectory
{
    /// <summary>Each attempt fails only when another removal sweeps in just that moment.</summary>
    private const int MostGraves = 100;

    internal static bool IsRecord(string directory) => Path.Exists(Path.Combine(directory, RecordPaths.Record));

    /// <summary>Whether a keeper holds the record; null when there is none.</summary>
    internal static bool? IsHeld(string directory) =>
        IsRecord(directory) ? LockFile.IsHeld(Path.GetDirectoryName(directory)!, Path.GetFileName(directory)) : null;

    /// <summary>Takes the record out of the list and deletes it. False when a keeper holds it.</summary>
    internal static bool TryRemove(string home, string name)
    {
        if (!Directory.Exists(home))
        {
            return true;
        }

        using SafeFileHandle? held = LockFile.Take(home, name);
        if (held is null)
        {
            return false;
        }

        Clear(home, Path.Combine(home, name));
        return true;
    }

    /// <summary>
    /// Takes away a directory whose lock the caller holds. Files that somebody has open for reading are moved away first: they last until
    /// they are closed, and the name must be free at once.
    /// </summary>
    /// <exception cref="IOException">Something else has one of its files open.</exception>
    internal static void Clear(string home, string directory)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        using (OpenGrave(home, out string grave))
        {
            foreach (string file in Files(directory))
            {
                WindowsFile.Move(file, Path.Combine(grave, Path.GetFileName(file)));
            }
        }

        Directory.Delete(directory, recursive: true);
        Sweep(home);
    }

    /// <summary>
    /// A new place for what is removed. Other removals may sweep it away as soon as it is there, but not once a file in it is open: that one
    /// lasts as long as what is returned.
    /// </summary>
    private static SafeFileHandle OpenGrave(string home, out string grave)
    {
        for (int attempt = 1; ; attempt++)
        {
            grave = Path.Combine(home, RecordPaths.NewHiddenName("rm"));
            Directory.CreateDirectory(grave);
            string path = Path.Combine(grave, ".open");
            SafeFileHandle open = Kernel32.CreateFile(
                path, Kernel32.GENERIC_READ | Kernel32.DELETE, 0, null, Kernel32.OPEN_ALWAYS, Kernel32.FILE_FLAG_DELETE_ON_CLOSE, 0);
            if (!open.IsInvalid)
            {
                return open;
            }

            int error = WindowsError.Last();
            open.Dispose();
            if (error is not (WindowsError.PathNotFound or WindowsError.FileNotFound or WindowsError.AccessDenied) || attempt == MostGraves)
            {
                throw WindowsError.Failed("Making", path, error);
            }
        }
    }

    /// <summary>First what makes it a record.</summary>
    private static IEnumerable<string> Files(string directory) =>
        Directory.GetFiles(directory).OrderBy(file => Path.GetFileName(file) != RecordPaths.Record);

    /// <summary>What was removed while somebody read it, and is free by now.</summary>
    private static void Sweep(string home)
    {
        foreach (string grave in Directory.GetDirectories(home, RecordPaths.HiddenPrefix + "rm-*"))
        {
            TryDelete(grave);
        }
    }

    private static void TryDelete(string grave)
    {
        try
        {
            Directory.Delete(grave, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Somebody reads on, as may be; the next removal comes back to it.
        }
    }
}

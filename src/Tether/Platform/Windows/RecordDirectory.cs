using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Records;

namespace Tether.Platform.Windows;

/// <summary>
/// The directory of a record. It is one from the moment on when its <c>record.json</c> is there, which comes last and goes first; without
/// it a directory is what an interrupted start or removal has left, and whoever gets the lock of its name may take it away.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class RecordDirectory
{
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
        Sweep(home);
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

        string grave = Path.Combine(home, RecordPaths.NewHiddenName("rm"));
        Directory.CreateDirectory(grave);
        foreach (string file in Files(directory))
        {
            Bury(file, grave);
        }

        Directory.Delete(directory, recursive: true);
        TryDelete(grave);
    }

    private static void Bury(string file, string grave)
    {
        while (true)
        {
            try
            {
                WindowsFile.Move(file, Path.Combine(grave, Path.GetFileName(file)));
                return;
            }
            catch (DirectoryNotFoundException) when (File.Exists(file))
            {
                // Another removal has swept it away while it was empty.
                Directory.CreateDirectory(grave);
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

using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tether.Platform.Windows;

/// <summary>A file or directory by its identity; where it is mapped or executed, by its path.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class WantedFile : IDisposable
{
    private const int LongestPlainPath = 247;

    private readonly (ulong, ulong, ulong) _identity;
    private readonly HashSet<string> _names;

    private WantedFile(SafeFileHandle handle, (ulong, ulong, ulong) identity)
    {
        Handle = handle;
        _identity = identity;
        IsDirectory = OpenFile.IsDirectory(handle);
        _names = new(StringComparer.OrdinalIgnoreCase);
        _names.UnionWith(((string?[])[OpenFile.NativePath(handle), OpenFile.Path(handle)]).OfType<string>());
    }

    /// <summary>It keeps nobody from anything, as it reads and writes nothing.</summary>
    internal SafeFileHandle Handle { get; }

    internal bool IsDirectory { get; }

    internal static WantedFile Open(string path)
    {
        string full = Path.GetFullPath(path);
        // Opening a pipe would be calling its server.
        if (IsDevice(full))
            throw new IOException($"'{path}' is a device or pipe. Who holds one cannot be told on Windows.");

        SafeFileHandle handle = Kernel32.CreateFile(
            full.Length > LongestPlainPath && !full.StartsWith(@"\\", StringComparison.Ordinal) ? @"\\?\" + full : full,
            0, Kernel32.FILE_SHARE_ALL, null, Kernel32.OPEN_EXISTING, Kernel32.FILE_FLAG_BACKUP_SEMANTICS, 0);
        try
        {
            if (handle.IsInvalid)
                throw Error(path, WindowsError.Last());

            if (Kernel32.GetFileType(handle) != Kernel32.FILE_TYPE_DISK)
                throw new IOException($"'{path}' is no file or directory. Who holds anything else cannot be told on Windows.");

            return new WantedFile(handle, OpenFile.Identity(handle) ?? throw Error(path, WindowsError.Last()));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    internal bool IsSame(SafeFileHandle file) =>
        Kernel32.GetFileType(file) == Kernel32.FILE_TYPE_DISK && OpenFile.Identity(file) == _identity;

    /// <summary>Whether the system calls it so where it is mapped or executed. Wine puts other things in front of a path.</summary>
    internal bool IsCalled(string name) => _names.Contains(name.StartsWith(@"\??\", StringComparison.Ordinal) ? name[4..] : name);

    public void Dispose() => Handle.Dispose();

    /// <summary>\\.\NAME, and \\.\pipe\NAME in all its ways.</summary>
    private static bool IsDevice(string path) =>
        path.StartsWith(@"\\.\", StringComparison.Ordinal)
        || (path.StartsWith(@"\\", StringComparison.Ordinal) && path.Split('\\') is [_, _, _, var share, ..]
            && share.Equals("pipe", StringComparison.OrdinalIgnoreCase));

    private static Exception Error(string path, int error) => error switch
    {
        WindowsError.FileNotFound or WindowsError.PathNotFound or WindowsError.InvalidName =>
            new FileNotFoundException($"There is nothing at '{path}'.", path),
        WindowsError.AccessDenied => new UnauthorizedAccessException(
            $"'{path}' cannot be looked at: {WindowsError.Text(error)} Look as a user who can, or as administrator."),
        _ => WindowsError.Failed("Opening", path, error),
    };
}

using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;
using Tether.Platform.Windows;

namespace Tether.Keeper.Platform.Windows;

/// <summary>
/// A file that a standard stream is redirected to. It is emptied only when the program is there, and removed when it was made for nothing.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class RedirectedFile : IDisposable
{
    private readonly string _path;
    private readonly bool _isMade;
    private readonly bool _isToBeEmptied;

    private RedirectedFile(string path, SafeFileHandle handle, bool isMade, bool isToBeEmptied)
    {
        _path = path;
        Handle = handle;
        _isMade = isMade;
        _isToBeEmptied = isToBeEmptied;
    }

    internal SafeFileHandle Handle { get; }

    /// <exception cref="StartFailedException">It cannot be opened.</exception>
    internal static RedirectedFile Open(StreamTarget target, string what, bool isRead)
    {
        string path = WideString.Decode(target.Path);
        // Appending is a right of its own: such a handle writes at the end, whoever else writes.
        uint access = isRead ? Kernel32.GENERIC_READ
            : target.Append ? Kernel32.FILE_APPEND_DATA | Kernel32.SYNCHRONIZE | Kernel32.FILE_READ_ATTRIBUTES : Kernel32.GENERIC_WRITE;
        uint disposition = isRead ? Kernel32.OPEN_EXISTING : Kernel32.OPEN_ALWAYS;
        SafeFileHandle handle = Kernel32.CreateFile(
            path, access, Kernel32.FILE_SHARE_ALL, null, disposition, Kernel32.FILE_ATTRIBUTE_NORMAL, 0);
        int error = WindowsError.Last();
        if (handle.IsInvalid)
        {
            handle.Dispose();
            throw Failed(path, what, error);
        }

        bool isMade = !isRead && error != WindowsError.AlreadyExists;
        return new RedirectedFile(path, handle, isMade, isToBeEmptied: !isRead && !target.Append && !isMade);
    }

    /// <exception cref="IOException">It cannot be emptied.</exception>
    internal void Empty()
    {
        if (_isToBeEmptied && Kernel32.GetFileType(Handle) == Kernel32.FILE_TYPE_DISK)
        {
            RandomAccess.SetLength(Handle, 0);
        }
    }

    /// <summary>The file was made for a start that failed.</summary>
    internal void Remove()
    {
        Dispose();
        if (_isMade)
        {
            File.Delete(_path);
        }
    }

    public void Dispose() => Handle.Dispose();

    private static StartFailedException Failed(string path, string what, int error)
    {
        string problem = error switch
        {
            WindowsError.FileNotFound => "there is no such file: make it first, or use the null device",
            WindowsError.PathNotFound => "its directory does not exist: make it first",
            WindowsError.AccessDenied when Directory.Exists(path) => "it is a directory: name a file",
            WindowsError.AccessDenied => "it may not be opened: look at its permissions",
            WindowsError.SharingViolation => "another process has it open and does not share it",
            _ => WindowsError.Text(error).TrimEnd('.'),
        };
        StartFailure reason = WindowsError.IsOutOfResources(error) ? StartFailure.OutOfResources : StartFailure.RedirectionFailed;
        return new StartFailedException(reason, error, $"its {what} cannot be '{path}': {problem}");
    }
}

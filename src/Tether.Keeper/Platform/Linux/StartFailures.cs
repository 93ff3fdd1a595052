using System.Runtime.Versioning;
using System.Text;
using Tether.Platform.Linux;

namespace Tether.Keeper.Platform.Linux;

/// <summary>Which error number means what, when a program or its record could not be made.</summary>
[SupportedOSPlatform("linux")]
internal static class StartFailures
{
    internal static bool IsOutOfResources(int errno) => errno is Errno.EMFILE or Errno.ENFILE or Errno.EAGAIN or Errno.ENOMEM;

    internal static bool IsDiskFull(int errno) => errno is Errno.ENOSPC or Errno.EDQUOT;

    /// <summary>The error of posix_spawn(3), which is chdir's or exec's, told apart by a look at the directory and the file.</summary>
    internal static StartFailedException OfSpawn(int errno, string program, string workingDirectory)
    {
        if (errno is Errno.ENOENT or Errno.ENOTDIR or Errno.EACCES && !CanEnter(workingDirectory, out int directoryError))
        {
            return directoryError == Errno.EACCES
                ? new StartFailedException(StartFailure.WorkingDirectoryDenied, directoryError, $"its working directory '{workingDirectory}' may not be entered")
                : new StartFailedException(StartFailure.WorkingDirectoryNotFound, directoryError, $"its working directory '{workingDirectory}' does not exist or is no directory");
        }

        (StartFailure reason, string text) = errno switch
        {
            Errno.ENOENT when File.Exists(program) => (StartFailure.InterpreterNotFound, "the interpreter of its first line, or its loader, does not exist"),
            Errno.ENOENT or Errno.ENOTDIR => (StartFailure.ProgramNotFound, "there is no such file"),
            Errno.EACCES when Directory.Exists(program) => (StartFailure.IsDirectory, "it is a directory"),
            Errno.EACCES or Errno.EPERM => (StartFailure.NotExecutable, "it may not be executed (look at its permissions, and at noexec of its file system)"),
            Errno.ENOEXEC => (StartFailure.BadFormat, "it is no program for this system: neither a binary of this architecture nor a script with a first line '#!'"),
            Errno.ETXTBSY => (StartFailure.NotExecutable, "it is open for writing: by who writes it, or by a child of that process that is still on its way to a program of its own"),
            Errno.E2BIG => (StartFailure.ArgumentsTooLong, "its arguments and environment together are larger than the system takes"),
            Errno.ENAMETOOLONG => (StartFailure.PathTooLong, "its path is too long"),
            _ when IsOutOfResources(errno) => (StartFailure.OutOfResources, Errno.Text(errno)),
            _ => (StartFailure.Other, Errno.Text(errno)),
        };
        return new StartFailedException(reason, errno, text);
    }

    /// <summary>What would keep the program from being executed, as far as it can be known before.</summary>
    /// <exception cref="StartFailedException">It cannot be executed.</exception>
    internal static unsafe void CheckExecution(byte[] program, byte[] workingDirectory)
    {
        const int execute = 1;
        string directory = Encoding.UTF8.GetString(workingDirectory);
        fixed (byte* path = (byte[])[.. program, 0], entry = (byte[])[.. workingDirectory, .. "/."u8, 0])
        {
            if (Libc.Access(entry, execute) != 0 || Libc.Access(path, execute) != 0)
            {
                throw OfSpawn(Errno.Last(), Encoding.UTF8.GetString(program), directory);
            }
        }
    }

    /// <summary>The error of making the record.</summary>
    internal static StartFailedException OfRecord(IOException error)
    {
        int errno = error.HResult;
        StartFailure reason = errno switch
        {
            Errno.EACCES or Errno.EPERM => StartFailure.PermissionDenied,
            Errno.ENAMETOOLONG => StartFailure.PathTooLong,
            _ when IsDiskFull(errno) => StartFailure.DiskFull,
            _ when IsOutOfResources(errno) => StartFailure.OutOfResources,
            _ => StartFailure.Other,
        };
        return new StartFailedException(reason, errno, "its record could not be made: " + error.Message.TrimEnd('.'), error);
    }

    private static bool CanEnter(string directory, out int errno)
    {
        const int execute = 1;
        errno = Libc.Access(directory + "/.", execute) == 0 ? 0 : Errno.Last();
        return errno == 0;
    }
}

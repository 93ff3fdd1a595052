using System.ComponentModel;
using System.Runtime.Versioning;
using Tether.Platform.Windows;

namespace Tether.Keeper.Platform.Windows;

/// <summary>Which error number means what, when a program or its record could not be made.</summary>
[SupportedOSPlatform("windows")]
internal static class StartFailures
{
    /// <summary>The error of CreateProcess, which does not say whether it means the program or the directory.</summary>
    internal static StartFailedException OfStart(Win32Exception error, string program, string workingDirectory)
    {
        int number = error.NativeErrorCode;
        if (number is WindowsError.Directory or WindowsError.FileNotFound or WindowsError.PathNotFound or WindowsError.AccessDenied
            or WindowsError.InvalidName && !Directory.Exists(workingDirectory))
        {
            return new StartFailedException(
                StartFailure.WorkingDirectoryNotFound,
                number,
                $"its working directory '{workingDirectory}' does not exist or is no directory");
        }

        (StartFailure reason, string text) = number switch
        {
            WindowsError.FileNotFound or WindowsError.PathNotFound => (StartFailure.ProgramNotFound, "there is no such file"),
            WindowsError.AccessDenied when Directory.Exists(program) => (StartFailure.IsDirectory, "it is a directory"),
            WindowsError.AccessDenied => (StartFailure.NotExecutable, "it may not be executed (look at its permissions)"),
            WindowsError.ElevationRequired =>
                (StartFailure.NotExecutable, "it asks for an administrator: start it from an elevated process"),
            WindowsError.SharingViolation => (StartFailure.NotExecutable, "another process has it open for writing, or keeps it from everybody else"),
            WindowsError.BadExecutableFormat or WindowsError.MachineTypeMismatch =>
                (StartFailure.BadFormat, "it is no program for this system: neither an executable of this architecture nor a batch file"),
            WindowsError.FileNameTooLong => (StartFailure.PathTooLong, "its path or its command line is too long"),
            _ when WindowsError.IsOutOfResources(number) => (StartFailure.OutOfResources, WindowsError.Text(number).TrimEnd('.')),
            _ => (StartFailure.Other, WindowsError.Text(number).TrimEnd('.')),
        };
        return new StartFailedException(reason, number, text, error);
    }

    /// <summary>The error of making the record.</summary>
    internal static StartFailedException OfRecord(Exception error)
    {
        int number = error is UnauthorizedAccessException ? WindowsError.AccessDenied : WindowsError.Of(error);
        StartFailure reason = number switch
        {
            WindowsError.AccessDenied => StartFailure.PermissionDenied,
            WindowsError.FileNameTooLong => StartFailure.PathTooLong,
            WindowsError.DiskFull => StartFailure.DiskFull,
            _ when WindowsError.IsOutOfResources(number) => StartFailure.OutOfResources,
            _ => StartFailure.Other,
        };
        return new StartFailedException(reason, number, "its record could not be made: " + error.Message.TrimEnd('.'), error);
    }
}

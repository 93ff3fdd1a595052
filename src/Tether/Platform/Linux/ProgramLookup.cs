using System.Runtime.Versioning;

namespace Tether.Platform.Linux;

/// <summary>Which file a program's name stands for, as execvp(3) looks it up. Whether it can be executed, execve(2) has the last word on.</summary>
[SupportedOSPlatform("linux")]
internal static class ProgramLookup
{
    private const int Execute = 1;
    private const string DefaultPath = "/usr/local/bin:/usr/bin:/bin";

    /// <exception cref="ProcessStartException">There is no such file, or it cannot be executed.</exception>
    internal static string Find(string program)
    {
        if (program.Contains('/'))
        {
            string path = CurrentDirectory.Resolve(program);
            return Problem(path) is { } problem ? throw Failure(program, problem) : path;
        }

        // An entry that cannot be executed is passed over, but remembered: it says more than "not found" (execvp(3)).
        int denied = 0;
        string search = Environment.GetEnvironmentVariable("PATH") ?? DefaultPath;
        foreach (string directory in search.Split(':'))
        {
            string path = CurrentDirectory.Resolve(Path.Combine(directory.Length == 0 ? "." : directory, program));
            switch (Problem(path))
            {
                case null:
                    return path;
                case (Errno.EACCES or Errno.EISDIR) and var errno:
                    denied = denied == 0 ? errno : denied;
                    break;
            }
        }

        throw denied != 0 ? Failure(program, denied) : new ProcessStartException(
            program, StartFailure.ProgramNotFound, Errno.ENOENT, $"'{program}' cannot be started: no directory of PATH has a program of that name. Give its path, or add its directory to PATH ({search}).");
    }

    private static unsafe int? Problem(string path)
    {
        // Bytes, not text: a file's name need not be UTF-8 (ByteString).
        fixed (byte* bytes = (byte[])[.. ByteString.Encode(path, "The program's path"), 0])
        {
            FileStatus status = default;
            if (Libc.Statx(Libc.AT_FDCWD, bytes, 0, Libc.STATX_BASIC_STATS, &status) != 0)
            {
                return Errno.Last();
            }

            return status.IsDirectory ? Errno.EISDIR : Libc.Access(bytes, Execute) != 0 ? Errno.Last() : null;
        }
    }

    private static ProcessStartException Failure(string program, int errno)
    {
        (StartFailure reason, string text) = errno switch
        {
            Errno.ENOENT or Errno.ENOTDIR => (StartFailure.ProgramNotFound, "there is no such file"),
            Errno.EISDIR => (StartFailure.IsDirectory, "it is a directory"),
            Errno.EACCES => (StartFailure.NotExecutable, "it may not be executed (look at the permissions of the file and of the directories above it)"),
            Errno.ENAMETOOLONG => (StartFailure.PathTooLong, "its path is too long"),
            _ => (StartFailure.Other, Errno.Text(errno)),
        };
        return new ProcessStartException(program, reason, errno, $"'{program}' cannot be started: {text}.");
    }
}

using System.Runtime.Versioning;

namespace Tether.Platform.Windows;

/// <summary>The file that a program's name stands for in this process: see <see cref="WindowsProgramLookup"/>.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsPrograms
{
    /// <exception cref="ProcessStartException">There is no such file.</exception>
    /// <exception cref="ArgumentException">The name holds a NUL.</exception>
    internal static string Find(string program)
    {
        _ = WideString.Encode(program, "The program's path");
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        WindowsProgramLookup lookup = new(path, Environment.GetEnvironmentVariable("PATHEXT"), File.Exists);
        if (lookup.Find(program, Environment.CurrentDirectory) is { } file)
        {
            return file;
        }

        bool isPath = program.AsSpan().IndexOfAny('\\', '/', ':') >= 0;
        throw isPath && Directory.Exists(program)
            ? Failed(program, StartFailure.IsDirectory, WindowsError.AccessDenied, "it is a directory")
            : isPath
            ? Failed(program, StartFailure.ProgramNotFound, WindowsError.FileNotFound, "there is no such file")
            : Failed(
                program, StartFailure.ProgramNotFound, WindowsError.FileNotFound,
                $"no directory of PATH has a program of that name. Give its path, or add its directory to PATH ({path})");
    }

    private static ProcessStartException Failed(string program, StartFailure reason, int error, string problem) =>
        new(program, reason, error, $"'{program}' cannot be started: {problem}.");
}

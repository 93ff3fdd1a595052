using System.Diagnostics;

namespace Tether.EndToEnd.Tests.Platform;

/// <summary>
/// Executables that a test makes. On Unix another process writes them: what this one has open for writing, a child that another test starts at
/// that moment has too until its exec, and until then nobody can start the file (ETXTBSY, execve(2)).
/// </summary>
internal static class Executables
{
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserExecute;

    /// <summary>A file with these contents, which replaces what is there.</summary>
    internal static void Write(string path, string contents, UnixFileMode mode = OwnersOnly)
    {
        if (OperatingSystem.IsWindows())
        {
            File.WriteAllText(path, contents);
            return;
        }

        Run("sh", "-c", "rm -f \"$0\" && printf %s \"$1\" > \"$0\"", path, contents);
        File.SetUnixFileMode(path, mode);
    }

    /// <summary>A copy, which keeps its mode unless another is given.</summary>
    internal static void Copy(string from, string to, UnixFileMode? mode = null)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Copy(from, to);
            return;
        }

        Run("cp", "-p", from, to);
        if (mode is { } given)
        {
            File.SetUnixFileMode(to, given);
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)), $"{program} did not end within 30 s.");
        Assert.Equal(0, process.ExitCode);
    }
}

using System.Diagnostics;

namespace Tether.Tests;

/// <summary>A peer that is another process and no .NET: a Python script, as this user or as another. It is ended with the test.</summary>
internal sealed class PythonProcess : IDisposable
{
    private readonly Process _process;

    private PythonProcess(Process process) => _process = process;

    internal int Id => _process.Id;

    internal static PythonProcess Start(string script, params string[] arguments) => Start([], script, arguments);

    /// <param name="groups">The supplementary groups.</param>
    internal static PythonProcess StartAsAnotherUser(int[] groups, string script, params string[] arguments)
    {
        string groupOption = groups.Length == 0 ? "--clear-groups" : "--groups=" + string.Join(',', groups);
        return Start(["setpriv", $"--reuid={AnotherUser.Id}", $"--regid={AnotherUser.Id}", groupOption], script, arguments);
    }

    internal async Task<string?> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync(Bounded.Token);

    /// <summary>Tells the script to go on, or to end.</summary>
    internal void WriteLine(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    internal async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync(Bounded.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static PythonProcess Start(string[] before, string script, string[] arguments)
    {
        // The system's own: one in a home directory cannot be reached by another user.
        string python = new[] { "/usr/bin/python3", "/usr/local/bin/python3" }.First(File.Exists);
        string[] command = [.. before, python, "-c", script, .. arguments];
        ProcessStartInfo start = new(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        return new PythonProcess(Process.Start(start)!);
    }
}

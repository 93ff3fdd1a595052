using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Tether.EndToEnd.Tests;

/// <summary>The client of samples/python-client, run as a user would. It is ended with the test.</summary>
internal sealed class PythonClient : IDisposable
{
    internal static readonly string Script = Path.Combine(Root(), "samples", "python-client", "tether_client.py");

    private readonly Process _process;
    private readonly CancellationToken _bound;
    private readonly MemoryStream _output = new();
    private readonly Task _reading;
    private readonly Task<string> _errors;

    private PythonClient(Process process, CancellationToken bound)
    {
        _process = process;
        _bound = bound;
        _reading = process.StandardOutput.BaseStream.CopyToAsync(_output, bound);
        _errors = process.StandardError.ReadToEndAsync(bound);
    }

    internal static PythonClient Start(TestHome home, params string[] arguments)
    {
        ProcessStartInfo start = new("python3", [Script, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TETHER_HOME"] = home.Path;
        return new PythonClient(Process.Start(start)!, home.Bound);
    }

    /// <summary>Runs it with the given input and returns what it wrote; it must write no error.</summary>
    internal static async Task<(int ExitCode, byte[] Output)> RunAsync(TestHome home, byte[] input, params string[] arguments)
    {
        using PythonClient client = Start(home, arguments);
        await client._process.StandardInput.BaseStream.WriteAsync(input, home.Bound);
        client._process.StandardInput.Close();
        var (exitCode, output, errors) = await client.EndAsync();
        Assert.Equal("", errors);
        return (exitCode, output);
    }

    internal async Task<(int ExitCode, byte[] Output, string Errors)> EndAsync()
    {
        await _process.WaitForExitAsync(_bound);
        await _reading;
        return (_process.ExitCode, _output.ToArray(), await _errors);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _output.Dispose();
    }

    private static string Root([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}

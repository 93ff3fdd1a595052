using System.Diagnostics;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Cli;

/// <summary>A running <c>tether</c>, as a user's shell has it. It is killed when the test is over.</summary>
internal sealed class CliProcess : IDisposable
{
    private readonly TestHome _home;
    private readonly Process _process;
    private readonly Task<string> _error;
    private bool _isOutputClosed;

    internal CliProcess(TestHome home, string program, IEnumerable<string> arguments)
    {
        _home = home;
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TETHER_HOME"] = home.Path;
        start.Environment["PATH"] = AppContext.BaseDirectory + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        start.Environment.Remove("NO_COLOR");
        _process = PlainStart.Of(start);
        _error = _process.StandardError.ReadToEndAsync(home.Bound);
    }

    internal int Id => _process.Id;

    internal Stream Input => _process.StandardInput.BaseStream;

    internal Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Reads stdout up to and with a newline.</summary>
    internal async Task<string> ReadLineAsync()
    {
        List<byte> line = [];
        byte[] next = new byte[1];
        while (await Output.ReadAsync(next, _home.Bound) == 1)
        {
            line.Add(next[0]);
            if (next[0] == '\n')
            {
                break;
            }
        }

        return System.Text.Encoding.UTF8.GetString([.. line]);
    }

    internal async Task WriteAsync(string text) => await WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));

    internal async Task WriteAsync(byte[] bytes)
    {
        await Input.WriteAsync(bytes, _home.Bound);
        await Input.FlushAsync(_home.Bound);
    }

    /// <summary>As a reader does that ends, such as head(1).</summary>
    internal void CloseOutput()
    {
        _isOutputClosed = true;
        Output.Close();
    }

    internal void Kill() => _process.Kill();

    internal Task SignalAsync(string signal) => TestSystem.Current.SignalAsync(_process.Id, signal, _home.Bound);

    /// <summary>What is left of stdout, and the end.</summary>
    internal async Task<CliResult> EndAsync()
    {
        using MemoryStream output = new();
        if (!_isOutputClosed)
        {
            await Output.CopyToAsync(output, _home.Bound);
        }

        await _process.WaitForExitAsync(_home.Bound);
        return new CliResult(_process.ExitCode, output.ToArray(), await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}

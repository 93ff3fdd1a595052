using System.Diagnostics;
using System.Text.Json.Nodes;
using Tether.EndToEnd.Tests.Platform;

namespace Tether.EndToEnd.Tests.Start;

/// <summary>
/// A launcher in another process (test/Tether.TestLauncher), which the test brings into a state, tells to start and can kill. It is killed
/// at the latest with the test; what it started is the home's to end.
/// </summary>
internal sealed class LauncherProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TestHome _home;

    private LauncherProcess(Process process, TestHome home)
    {
        _process = process;
        _home = home;
    }

    /// <summary>The launcher's PID, where it was started without a command before it.</summary>
    internal int Id => _process.Id;

    internal static string Path { get; } = TestSystem.Current.Executable("tether-test-launcher");

    /// <summary>Starts a launcher and waits until it is ready.</summary>
    /// <param name="home">Where it makes its records.</param>
    /// <param name="options">Its options and preparations.</param>
    /// <param name="command">What it is to start.</param>
    /// <param name="before">A command that ends by becoming, or running, the launcher.</param>
    /// <param name="path">The launcher's executable, when it is not the one beside the tests.</param>
    internal static async Task<LauncherProcess> StartAsync(TestHome home, string[] options, string[] command, string[]? before = null, string? path = null)
    {
        string[] all = [.. before ?? [], path ?? Path, "home=" + home.Path, .. options, "--", .. command];
        ProcessStartInfo start = new(all[0], all[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        LauncherProcess launcher = new(Process.Start(start)!, home);
        Assert.Equal("ready", await launcher.ReadLineAsync());
        return launcher;
    }

    /// <summary>Gives an order and returns the line that answers it.</summary>
    internal async Task<string> OrderAsync(string order)
    {
        await SendAsync(order);
        return await ReadLineAsync();
    }

    internal async Task SendAsync(string order)
    {
        await _process.StandardInput.WriteAsync((order + "\n").AsMemory(), _home.Bound);
        await _process.StandardInput.FlushAsync(_home.Bound);
    }

    /// <summary>Orders a start that succeeds.</summary>
    internal async Task<StartReport> StartProgramAsync()
    {
        await SendAsync("start");
        return await ReadReportAsync();
    }

    internal async Task<StartReport> ReadReportAsync()
    {
        string line = await ReadLineAsync();
        Assert.True(FailureOf(line) is null, line);
        JsonNode report = JsonNode.Parse(line)!;
        return new StartReport((string?)report["name"] ?? "", (int)report["pid"]!, (int?)report["keeper"] ?? 0);
    }

    /// <summary>Orders a start that fails.</summary>
    internal async Task<FailureReport> FailToStartAsync()
    {
        string line = await OrderAsync("start");
        FailureReport? failure = FailureOf(line);
        Assert.True(failure is not null, line);
        return failure;
    }

    /// <summary>The failure that a report tells of; null when it tells of a start.</summary>
    internal static FailureReport? FailureOf(string report)
    {
        JsonNode json = JsonNode.Parse(report)!;
        return json["error"] is { } type
            ? new FailureReport((string)type!, (string?)json["reason"], (int?)json["errno"] ?? 0, (string?)json["program"], (string)json["message"]!)
            : null;
    }

    internal async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync(_home.Bound) ?? throw new EndOfStreamException("The launcher ended.");

    internal async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(_home.Bound);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using CancellationTokenSource bound = new(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(bound.Token);
        }
        finally
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }

            _process.Dispose();
        }
    }
}

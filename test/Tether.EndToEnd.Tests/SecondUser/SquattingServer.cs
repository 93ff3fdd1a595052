using System.Diagnostics;

namespace Tether.EndToEnd.Tests.SecondUser;

/// <summary>A server of the second user's that stands where a keeper should, and says how many bytes its first client sent.</summary>
internal sealed class SquattingServer : IAsyncDisposable
{
    private const string Script = """
        import os, socket, sys
        s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); print('ready', flush=True)
        c, _ = s.accept(); print(len(c.recv(100)), flush=True)
        while True: s.accept()[0].close()
        """;

    private readonly Process _process;

    private SquattingServer(Process process) => _process = process;

    internal static async Task<SquattingServer> StartAsync(string path, CancellationToken bound)
    {
        Process process = Process.Start(new ProcessStartInfo("setpriv", [$"--reuid={Stranger.Id}", $"--regid={Stranger.Id}", "--clear-groups", Stranger.Python, "-c", Script, path])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        })!;
        SquattingServer server = new(process);
        Assert.Equal("ready", await server.ReadLineAsync(bound));
        return server;
    }

    internal async Task<string?> ReadLineAsync(CancellationToken bound) => await _process.StandardOutput.ReadLineAsync(bound);

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

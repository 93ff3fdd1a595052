using System.Diagnostics;

namespace Tether.Tests.QtInterop;

/// <summary>
/// A LocalSocket is a QLocalSocket to Qt, and a LocalServer a QLocalServer: 64 MiB each way at the same time, compared by their SHA-256.
/// </summary>
public sealed class QtInteropTests(QtPeer peer) : IClassFixture<QtPeer>, IDisposable
{
    private const long Size = 64L << 20;
    private const long SmallSize = 1L << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task QLocalSocket_ToLocalServer_ExchangesBothWaysAtOnce()
    {
        using LocalServer server = LocalServer.Listen(_scratch["tether"]);

        await ServeQtAsync(server, "client", server.FullName, Size);
    }

    [Fact]
    public async Task LocalSocket_ToQLocalServer_ExchangesBothWaysAtOnce()
    {
        await ConnectToQtAsync("server", new LocalSocketOptions { Name = _scratch["qt"] }, _scratch["qt"], Size);
    }

    [Fact]
    public async Task LocalSocket_ToQLocalServerInItsOwnPlace_IsFoundByName()
    {
        string name = $"tether-tests-{Guid.NewGuid():N}";

        LocalSocketOptions options = new() { Name = name, Namespace = LocalNamespace.Temporary };
        await ConnectToQtAsync("server", options, Path.Combine(Path.GetTempPath(), name), SmallSize);
    }

    [Fact]
    public async Task AbstractNames_BetweenQtAndTether_AreTheSame()
    {
        string ours = $"tether-tests-{Guid.NewGuid():N}";
        using LocalServer server = LocalServer.Listen(new LocalServerOptions { Name = ours, Namespace = LocalNamespace.Abstract });
        await ServeQtAsync(server, "abstract-client", ours, SmallSize);

        string theirs = $"tether-tests-{Guid.NewGuid():N}";
        LocalSocketOptions options = new() { Name = theirs, Namespace = LocalNamespace.Abstract };
        await ConnectToQtAsync("abstract-server", options, theirs, SmallSize);
    }

    [Fact]
    public async Task Listen_NameOfAQLocalServer_IsKeptWhileItLivesAndTakenOverWhenItWasKilled()
    {
        using CancellationTokenSource cancel = new(Limit);
        using Process qt = peer.Start("server", _scratch["kept"], SmallSize);
        try
        {
            Assert.Equal($"listening {_scratch["kept"]}", await qt.StandardOutput.ReadLineAsync(cancel.Token));

            // Stopped, so that it cannot take the question whether it lives for its one client, and end.
            using Process stop = Process.Start("kill", ["-STOP", qt.Id.ToString()]);
            await stop.WaitForExitAsync(cancel.Token);
            Assert.Equal(0, stop.ExitCode);

            Assert.Equal(LocalSocketError.NameInUse, Assert.Throws<LocalSocketException>(() => LocalServer.Listen(_scratch["kept"])).Error);
        }
        finally
        {
            End(qt);
        }

        Assert.True(File.Exists(_scratch["kept"]), "A server that was killed leaves its socket behind.");
        using LocalServer heir = LocalServer.Listen(_scratch["kept"]);
    }

    private async Task ServeQtAsync(LocalServer server, string role, string name, long size)
    {
        using CancellationTokenSource cancel = new(Limit);
        using Process qt = peer.Start(role, name, size);
        try
        {
            using LocalSocket socket = await server.AcceptAsync(cancel.Token);
            Assert.Equal(qt.Id, socket.Peer.ProcessId);
            await QtExchange.CompareAsync(socket, qt, size, cancel.Token);
        }
        finally
        {
            End(qt);
        }
    }

    private async Task ConnectToQtAsync(string role, LocalSocketOptions options, string fullName, long size)
    {
        using CancellationTokenSource cancel = new(Limit);
        using Process qt = peer.Start(role, options.Name, size);
        try
        {
            Assert.Equal($"listening {fullName}", await qt.StandardOutput.ReadLineAsync(cancel.Token));
            using LocalSocket socket = await LocalSocket.ConnectAsync(options, cancel.Token);
            Assert.Equal(qt.Id, socket.Peer.ProcessId);
            await QtExchange.CompareAsync(socket, qt, size, cancel.Token);
        }
        finally
        {
            End(qt);
        }
    }

    private static void End(Process process)
    {
        if (!process.HasExited)
            process.Kill();

        process.WaitForExit();
    }
}

using System.Net.Sockets;
using System.Runtime.Versioning;
using Tether.Platform.Linux;

namespace Tether.Tests;

/// <summary>Who gets a name, and who never loses it.</summary>
[SupportedOSPlatform("linux")]
[Collection(AloneCollection.Name)]
public sealed class LocalServerNameTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Listen_StaleSocket_IsTakenOver(bool withLockFile)
    {
        string path = _scratch["stale"];
        Bind(path).Dispose(); // closing a bound socket leaves its file, as a killed server does
        if (withLockFile)
            File.WriteAllText(path + ".lock", "");
        Assert.Equal(LocalSocketError.ConnectionRefused, Assert.Throws<LocalSocketException>(() => LocalSocket.Connect(path)).Error);

        using LocalServer server = LocalServer.Listen(path);
        using LocalSocket client = LocalSocket.Connect(path);
    }

    [Fact]
    public async Task Listen_ServerWasKilled_NameIsTakenOver()
    {
        string path = _scratch["killed"];
        using (PythonProcess killed = PythonProcess.Start("""
            import fcntl, socket, sys
            lock = open(sys.argv[1] + ".lock", "w"); fcntl.flock(lock, fcntl.LOCK_EX)
            s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen()
            print("ready", flush=True); sys.stdin.readline()
            """, path))
        {
            Assert.Equal("ready", await killed.ReadLineAsync());
            Assert.Equal(LocalSocketError.NameInUse, Assert.Throws<LocalSocketException>(() => LocalServer.Listen(path)).Error);
        }

        using LocalServer server = LocalServer.Listen(path);
    }

    /// <summary>.NET's Accept closes descriptor 0 then (seen with 10.0), and what this process opens next gets that number.</summary>
    [Fact]
    public async Task Dispose_WhileAThreadAcceptsAfterAnAsynchronousAccept_ClosesNothingElse()
    {
        for (int i = 0; i < 20; i++)
        {
            LocalServer server = LocalServer.Listen(_scratch["server"]);
            using (CancellationTokenSource cancel = new())
            {
                Task<LocalSocket> cancelled = server.AcceptAsync(cancel.Token).AsTask();
                await cancel.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Within());
            }

            TaskCompletionSource started = new();
            Task<LocalSocket> accepting = Bounded.OnThread(() =>
            {
                started.SetResult();
                return server.Accept();
            });
            await started.Task.Within();
            server.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => accepting.Within());
            Assert.True(File.Exists("/proc/self/fd/0"), $"Descriptor 0 was closed in round {i}.");
        }
    }

    [Fact]
    public void Listen_LiveServerOfTether_KeepsItsName()
    {
        using LocalServer server = LocalServer.Listen(_scratch["live"]);

        var error = Assert.Throws<LocalSocketException>(() => LocalServer.Listen(_scratch["live"]));

        Assert.Equal(LocalSocketError.NameInUse, error.Error);
        Assert.Equal($"The name '{server.FullName}' is taken: another server holds it (its lock file is locked). Choose another name, or end that server.", error.Message);
        using LocalSocket client = LocalSocket.Connect(_scratch["live"]);
    }

    [Fact]
    public void Listen_LockFileWasRemovedByHand_LiveServerKeepsItsName()
    {
        using LocalServer server = LocalServer.Listen(_scratch["live"]);
        File.Delete(_scratch["live.lock"]);

        Assert.Equal(LocalSocketError.NameInUse, Assert.Throws<LocalSocketException>(() => LocalServer.Listen(_scratch["live"])).Error);

        using LocalSocket client = LocalSocket.Connect(_scratch["live"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Listen_LiveForeignServer_KeepsItsName(bool withFullQueue)
    {
        string path = _scratch["foreign"];
        using SafeSocketHandle foreign = Bind(path);
        Assert.Equal(0, Libc.Listen(foreign, 0));
        using LocalSocket? waiting = withFullQueue ? LocalSocket.Connect(path) : null;

        var error = Assert.Throws<LocalSocketException>(() => LocalServer.Listen(path));

        Assert.Equal(LocalSocketError.NameInUse, error.Error);
        Assert.Contains("a server answers there", error.Message);
        Assert.Equal(["foreign"], _scratch.Names);
    }

    [Fact]
    public void Listen_ForeignServerHasNotBegunToListen_KeepsItsName()
    {
        string path = _scratch["starting"];
        using SafeSocketHandle foreign = Bind(path);

        var error = Assert.Throws<LocalSocketException>(() => LocalServer.Listen(path));

        Assert.Contains("a process has bound it and does not listen yet", error.Message);
        Assert.Equal(0, Libc.Listen(foreign, 1));
        using LocalSocket client = LocalSocket.Connect(path);
    }

    [Fact]
    public void Listen_OnlyAConnectionOfADeadServerLives_NameIsTakenOver()
    {
        string path = _scratch["outlived"];
        SafeSocketHandle dead = Bind(path);
        Assert.Equal(0, Libc.Listen(dead, 1));
        using Socket listener = new(dead);
        using LocalSocket client = LocalSocket.Connect(path);
        using Socket accepted = listener.Accept();
        listener.Dispose();

        using LocalServer server = LocalServer.Listen(path);
    }

    [Fact]
    public void Listen_FileThatIsNoSocket_IsNeverRemoved()
    {
        File.WriteAllText(_scratch["precious"], "data");

        var error = Assert.Throws<LocalSocketException>(() => LocalServer.Listen(_scratch["precious"]));

        Assert.Equal(LocalSocketError.NameInUse, error.Error);
        Assert.Equal("data", File.ReadAllText(_scratch["precious"]));
        Assert.Equal(["precious"], _scratch.Names);
    }

    [Fact]
    public void Listen_SymbolicLinkAtThePath_IsNeverFollowedOrRemoved()
    {
        using LocalServer target = LocalServer.Listen(_scratch["target"]);
        File.CreateSymbolicLink(_scratch["link"], target.FullName);

        Assert.Contains("not a socket", Assert.Throws<LocalSocketException>(() => LocalServer.Listen(_scratch["link"])).Message);
        Assert.NotNull(new FileInfo(_scratch["link"]).LinkTarget);
    }

    [Fact]
    public void Listen_SymbolicLinkAtTheLock_IsNotFollowed()
    {
        File.WriteAllText(_scratch["elsewhere"], "data");
        File.CreateSymbolicLink(_scratch["name.lock"], _scratch["elsewhere"]);

        Assert.Equal(LocalSocketError.AccessDenied, Assert.Throws<LocalSocketException>(() => LocalServer.Listen(_scratch["name"])).Error);
    }

    [Fact]
    [Trait("Needs", "root")]
    public void Listen_StaleSocketOrLockOfAnotherUser_IsRefused()
    {
        Bind(_scratch["socket"]).Dispose();
        AnotherUser.TakesOwnership(_scratch["socket"]);
        File.WriteAllText(_scratch["locked.lock"], "");
        AnotherUser.TakesOwnership(_scratch["locked.lock"]);

        var socket = Assert.Throws<LocalSocketException>(() => LocalServer.Listen(_scratch["socket"]));
        var locked = Assert.Throws<LocalSocketException>(() => LocalServer.Listen(_scratch["locked"]));

        Assert.Equal(LocalSocketError.NameInUse, socket.Error);
        Assert.Contains($"a socket of user {AnotherUser.Id} stands there", socket.Message);
        Assert.Equal(LocalSocketError.AccessDenied, locked.Error);
        Assert.Equal(["locked.lock", "socket"], _scratch.Names);
    }

    [Fact]
    public void Dispose_AnotherServerHasThePath_LeavesItsSocketAlone()
    {
        LocalServer robbed = LocalServer.Listen(_scratch["robbed"]);
        File.Delete(_scratch["robbed"]); // as a cleaner does
        using SafeSocketHandle foreign = Bind(_scratch["robbed"]);

        robbed.Dispose();

        Assert.Equal(["robbed"], _scratch.Names);
    }

    [Fact]
    public async Task Listen_TwoRaceForAFreeName_ExactlyOneWins() => await RaceAsync(stale: false);

    [Fact]
    public async Task Listen_TwoRaceForAStaleName_ExactlyOneWins() => await RaceAsync(stale: true);

    [Fact]
    public async Task Listen_ServersComeAndGo_NeverTwoAtATime()
    {
        const int Threads = 3;
        const int Rounds = 400;
        string path = _scratch["turns"];
        int holders = 0;
        int wins = 0;

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Bounded.OnThread(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                if (TryListen(path) is not { } server)
                    continue;

                using (server)
                {
                    Assert.Equal(1, Interlocked.Increment(ref holders));
                    Interlocked.Increment(ref wins);
                    using LocalSocket client = LocalSocket.Connect(path);
                    using LocalSocket accepted = server.Accept();
                    Interlocked.Decrement(ref holders);
                }
            }
        }))).Within();

        Assert.InRange(wins, 1, Threads * Rounds);
        Assert.Empty(_scratch.Names);
    }

    private async Task RaceAsync(bool stale)
    {
        const int Rounds = 300;
        string path = _scratch["raced"];
        using Barrier barrier = new(2);
        LocalServer?[] servers = new LocalServer?[2];
        int[] winners = new int[Rounds];

        await Task.WhenAll(Enumerable.Range(0, 2).Select(me => Bounded.OnThread(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                if (me == 0 && stale)
                    Bind(path).Dispose();

                Assert.True(barrier.SignalAndWait(Bounded.Limit));
                servers[me] = TryListen(path);
                Assert.True(barrier.SignalAndWait(Bounded.Limit));
                if (me == 0)
                    winners[round] = servers.Count(server => server is not null);

                // The winner is the one that answers.
                if (servers[me] is { } winner)
                {
                    using LocalSocket client = LocalSocket.Connect(path);
                    winner.Accept().Dispose();
                }

                Assert.True(barrier.SignalAndWait(Bounded.Limit));
                servers[me]?.Dispose();
                Assert.True(barrier.SignalAndWait(Bounded.Limit));
            }
        }))).Within();

        Assert.All(winners, count => Assert.Equal(1, count));
        Assert.Empty(_scratch.Names);
    }

    private static LocalServer? TryListen(string path)
    {
        try
        {
            return LocalServer.Listen(path);
        }
        catch (LocalSocketException error) when (error.Error == LocalSocketError.NameInUse)
        {
            return null;
        }
    }

    /// <summary>A socket that takes no lock, as a server of another kind does.</summary>
    private static SafeSocketHandle Bind(string path)
    {
        SafeSocketHandle socket = UnixConnector.Owned(UnixConnector.CreateSocket(nonBlocking: false));
        Assert.Equal(0, UnixAddress.Of(path, LocalNamespace.Private).Bind(socket));
        return socket;
    }
}

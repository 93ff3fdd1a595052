using System.Runtime.Versioning;

namespace Tether.Tests;

/// <summary>Who may connect, and whom a client trusts. A second user is needed to show it.</summary>
[SupportedOSPlatform("linux")]
public sealed class LocalServerAccessTests : IDisposable
{
    private const UnixFileMode Enterable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const string Client = """
        import socket, sys
        s = socket.socket(socket.AF_UNIX)
        try:
            s.connect(sys.argv[1].replace("@", "\0", 1))
            print("welcome" if s.recv(1) else "closed", flush=True)
        except OSError as e:
            print(type(e).__name__, flush=True)
        """;

    private const string Server = """
        import os, socket, sys
        s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1].replace("@", "\0", 1)); s.listen()
        if sys.argv[1][0] == "/": os.chmod(sys.argv[1], 0o666)
        print("ready", flush=True)
        c, _ = s.accept(); print(len(c.recv(1)), flush=True)
        c, _ = s.accept(); print(len(c.recv(1)), flush=True)
        """;

    private readonly ScratchDirectory _scratch = new();

    public LocalServerAccessTests() => File.SetUnixFileMode(_scratch.FullName, Enterable);

    public void Dispose() => _scratch.Dispose();

    [Fact]
    [Trait("Needs", "root")]
    public async Task Listen_UserOnly_AnotherUserIsKeptOutByTheFileMode()
    {
        using LocalServer server = LocalServer.Listen(_scratch["private"]);
        using PythonProcess client = PythonProcess.StartAsAnotherUser([], Client, server.FullName);

        Assert.Equal("PermissionError", await client.ReadLineAsync());
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Accept_UserOnly_AnotherUserIsClosedAndTheNextIsAccepted()
    {
        List<PeerCredentials> refused = [];
        using LocalServer server = LocalServer.Listen(new LocalServerOptions
        {
            Name = $"tether-tests-{Guid.NewGuid():N}",
            Namespace = LocalNamespace.Abstract, // no file, so only the credentials stand between
            PeerRefused = refused.Add,
        });
        Task<LocalSocket> accepting = server.AcceptAsync(Bounded.Token).AsTask();
        using PythonProcess stranger = PythonProcess.StartAsAnotherUser([], Client, server.FullName);
        Assert.Equal("closed", await stranger.ReadLineAsync());

        using PythonProcess friend = PythonProcess.Start(Client, server.FullName);
        using LocalSocket accepted = await accepting.Within();
        accepted.WriteByte(1);

        Assert.Equal("welcome", await friend.ReadLineAsync());
        Assert.Equal(new PeerCredentials(stranger.Id, AnotherUser.Id, AnotherUser.Id), Assert.Single(refused));
    }

    [Theory]
    [Trait("Needs", "root")]
    [InlineData(LocalServerAccess.World, true, false, true)]
    [InlineData(LocalServerAccess.World, false, true, true)]
    [InlineData(LocalServerAccess.Group, true, false, false)]
    [InlineData(LocalServerAccess.Group, true, true, true)]
    [InlineData(LocalServerAccess.Group, false, true, true)]
    [InlineData(LocalServerAccess.Other, true, false, true)]
    [InlineData(LocalServerAccess.Other, true, true, false)]
    public async Task Accept_WiderAccess_AdmitsWhomItSays(LocalServerAccess access, bool isAbstract, bool peerIsInTheGroup, bool isAdmitted)
    {
        using LocalServer server = LocalServer.Listen(new LocalServerOptions
        {
            Name = isAbstract ? $"tether-tests-{Guid.NewGuid():N}" : _scratch["wide"],
            Namespace = isAbstract ? LocalNamespace.Abstract : LocalNamespace.Private,
            Access = access,
        });
        Task greeting = GreetAsync();
        using PythonProcess client = PythonProcess.StartAsAnotherUser(peerIsInTheGroup ? [0] : [], Client, server.FullName);

        Assert.Equal(isAdmitted ? "welcome" : "closed", await client.ReadLineAsync());
        server.Dispose();
        await greeting.Within();

        async Task GreetAsync()
        {
            await foreach (LocalSocket socket in server.AcceptAllAsync(Bounded.Token))
            {
                await socket.WriteAsync(new byte[1], Bounded.Token);
                socket.Dispose();
            }
        }
    }

    [Theory]
    [Trait("Needs", "root")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connect_ServerOfAnotherUser_IsRefusedUnlessAllowed(bool isAbstract)
    {
        AnotherUser.TakesOwnership(_scratch.FullName);
        string name = isAbstract ? $"tether-tests-{Guid.NewGuid():N}" : _scratch["squatter"];
        LocalSocketOptions options = new() { Name = name, Namespace = isAbstract ? LocalNamespace.Abstract : LocalNamespace.Private };
        using PythonProcess squatter = PythonProcess.StartAsAnotherUser([], Server, isAbstract ? "@" + name : name);
        Assert.Equal("ready", await squatter.ReadLineAsync());

        var error = Assert.Throws<LocalSocketException>(() => LocalSocket.Connect(options));

        Assert.Equal(LocalSocketError.PeerNotTrusted, error.Error);
        Assert.Contains($"runs as user {AnotherUser.Id} (process {squatter.Id}), not as user 0, so nothing was sent to it.", error.Message);
        Assert.Equal("0", await squatter.ReadLineAsync());

        using LocalSocket allowed = await LocalSocket.ConnectAsync(options with { AllowServerOfAnotherUser = true }, Bounded.Token);
        allowed.WriteByte(1);
        Assert.Equal("1", await squatter.ReadLineAsync());
        Assert.Equal((uint)AnotherUser.Id, allowed.Peer.UserId);
    }
}

using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Tether.Tests;

[SupportedOSPlatform("linux")]
public sealed class LocalServerTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public static TheoryData<string, string> NamesThatAreInvalidHere => OperatingSystem.IsWindows()
        ? new()
        {
            { "a/b", @"'a/b' is not a valid name of a local server: it contains a slash. Use a name without one, or '\\.\pipe\' and such a name." },
            { "..", "'..' is not a valid name of a local server: it ends with '.', which Windows drops. Leave it out." },
            { @"\\.\pipe\", @"'\\.\pipe\' is not a valid name of a local server: it is empty. Give the server a name." },
        }
        : new()
        {
            { "a/b", "'a/b' is not a valid name of a local server: it contains '/'. Use a name without one, or the absolute path of the socket." },
            { "..", "'..' is not a valid name of a local server: it stands for a directory. Use another name." },
            { "/a/", "'/a/' is not a valid name of a local server: it ends with '/', as a directory does. Use the path of the socket itself." },
        };

    public void Dispose() => _scratch.Dispose();

    [Trait("Conformance", "tst_qlocalsocket")]
    [Fact]
    public void Listen_AbsolutePath_ListensThereForTheUserOnly()
    {
        using LocalServer server = LocalServer.Listen(_scratch["basic"]);

        Assert.Equal(_scratch["basic"], server.Name);
        Assert.Equal(_scratch["basic"], server.FullName);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(server.FullName));
    }

    [Trait("Conformance", "tst_qlocalsocket")]
    [Theory]
    [InlineData(LocalServerAccess.User, "600")]
    [InlineData(LocalServerAccess.Group, "660")]
    [InlineData(LocalServerAccess.Other, "606")]
    [InlineData(LocalServerAccess.World, "666")]
    public void VerifySocketOptions_Access_IsTheModeOfTheSocketWhateverTheUmask(LocalServerAccess access, string octal)
    {
        using LocalServer server = LocalServer.Listen(new LocalServerOptions { Name = _scratch["access"], Access = access });

        Assert.Equal(octal, Convert.ToString((int)File.GetUnixFileMode(server.FullName), 8));
    }

    [Fact]
    public void Dispose_Twice_LeavesNoFile()
    {
        LocalServer server = LocalServer.Listen(_scratch["gone"]);
        Assert.Equal(["gone", "gone.lock"], _scratch.Names);

        server.Dispose();
        server.Dispose();

        Assert.Empty(_scratch.Names);
    }

    [Fact]
    public async Task Dispose_ConnectionAccepted_LivesOn()
    {
        using LocalPair pair = LocalPair.Create(); // its server is disposed by now

        await pair.Server.WriteAsync("still here"u8.ToArray(), Bounded.Token);
        byte[] read = new byte[10];
        await pair.Client.ReadExactlyAsync(read, Bounded.Token);

        Assert.Equal("still here"u8, read);
    }

    [Trait("Conformance", "tst_qlocalsocket")]
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(10)]
    public async Task ListenAndConnect_SeveralClients_AreAcceptedInOrder(int connections)
    {
        using LocalServer server = LocalServer.Listen(_scratch["several"]);
        List<LocalSocket> clients = [];
        for (byte i = 0; i < connections; i++)
        {
            clients.Add(await LocalSocket.ConnectAsync(server.FullName, Bounded.Token));
            clients[i].WriteByte(i);
        }

        for (byte i = 0; i < connections; i++)
        {
            using LocalSocket accepted = await server.AcceptAsync(Bounded.Token);
            Assert.Equal(i, accepted.ReadByte());
            Assert.Equal(Environment.ProcessId, accepted.Peer.ProcessId);
        }

        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task AcceptAllAsync_ServerDisposed_Ends()
    {
        LocalServer server = LocalServer.Listen(_scratch["all"]);
        TaskCompletionSource first = new();
        Task<int> accepting = CountAsync();
        using LocalSocket client = await LocalSocket.ConnectAsync(server.FullName, Bounded.Token);
        await first.Task.Within();

        server.Dispose();

        Assert.Equal(1, await accepting.Within());

        async Task<int> CountAsync()
        {
            int count = 0;
            await foreach (LocalSocket socket in server.AcceptAllAsync(Bounded.Token))
            {
                socket.Dispose();
                count++;
                first.TrySetResult();
            }

            return count;
        }
    }

    [Fact]
    public async Task AcceptAsync_Cancelled_StopsAndTheServerGoesOn()
    {
        using LocalServer server = LocalServer.Listen(_scratch["cancel"]);
        using CancellationTokenSource cancel = new();
        Task<LocalSocket> accepting = server.AcceptAsync(cancel.Token).AsTask();
        Assert.False(accepting.IsCompleted);

        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting.Within());
        using LocalSocket client = LocalSocket.Connect(server.FullName);
        using LocalSocket accepted = await server.AcceptAsync(Bounded.Token);
    }

    [Fact]
    public async Task AcceptAsync_ServerDisposedMeanwhile_ThrowsObjectDisposed()
    {
        LocalServer server = LocalServer.Listen(_scratch["disposed"]);
        Task<LocalSocket> accepting = server.AcceptAsync(Bounded.Token).AsTask();

        server.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => accepting.Within());
    }

    [Fact]
    public async Task Accept_ServerDisposedMeanwhile_ThrowsObjectDisposed()
    {
        LocalServer server = LocalServer.Listen(_scratch["disposed"]);
        TaskCompletionSource refused = new();
        Task accepting = Bounded.OnThread(() =>
        {
            server.Accept().Dispose();
            refused.SetResult();
            server.Accept().Dispose();
        });
        LocalSocket.Connect(server.FullName).Dispose();
        await refused.Task.Within();

        server.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => accepting.Within());
    }

    [Trait("Conformance", "tst_qlocalsocket")]
    [Fact]
    public async Task HitMaximumConnections_BacklogIsFull_ClientsTimeOutUntilOneIsAccepted()
    {
        using LocalServer server = LocalServer.Listen(new LocalServerOptions { Name = _scratch["full"], Backlog = 1 });
        using LocalSocket first = LocalSocket.Connect(server.FullName, TimeSpan.Zero);
        using LocalSocket second = LocalSocket.Connect(server.FullName, TimeSpan.Zero);

        foreach (TimeSpan timeout in new[] { TimeSpan.Zero, TimeSpan.FromMilliseconds(30) })
        {
            Assert.Equal(LocalSocketError.TimedOut, Assert.Throws<LocalSocketException>(() => LocalSocket.Connect(server.FullName, timeout)).Error);
            var error = await Assert.ThrowsAsync<LocalSocketException>(() => LocalSocket.ConnectAsync(server.FullName, timeout).Within());
            Assert.Equal(LocalSocketError.TimedOut, error.Error);
            Assert.StartsWith($"The server at '{server.FullName}' had no place in its queue within {timeout.TotalMilliseconds} ms.", error.Message);
        }

        Task<LocalSocket> blocking = Bounded.OnThread(() => LocalSocket.Connect(server.FullName, Bounded.Limit));
        Task<LocalSocket> waiting = LocalSocket.ConnectAsync(server.FullName, Bounded.Limit).AsTask();
        for (int i = 0; i < 4; i++)
            (await server.AcceptAsync(Bounded.Token)).Dispose();

        (await blocking.Within()).Dispose();
        (await waiting.Within()).Dispose();
    }

    [Fact]
    public async Task ConnectAsync_CancelledWhileTheBacklogIsFull_ThrowsOperationCanceled()
    {
        using LocalServer server = LocalServer.Listen(new LocalServerOptions { Name = _scratch["full"], Backlog = 1 });
        using LocalSocket first = LocalSocket.Connect(server.FullName);
        using LocalSocket second = LocalSocket.Connect(server.FullName);
        using CancellationTokenSource cancel = new();
        Task<LocalSocket> connecting = LocalSocket.ConnectAsync(server.FullName, Timeout.InfiniteTimeSpan, cancel.Token).AsTask();

        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Within());
    }

    [Trait("Conformance", "tst_qlocalsocket")]
    [Fact]
    public async Task ThreadedConnection_ManyClientsAtOnce_EachGetsItsAnswer()
    {
        const int Clients = 8;
        const int Rounds = 50;
        using LocalServer server = LocalServer.Listen(_scratch["threads"]);
        Task[] sessions = new Task[Clients];
        Task accepting = Bounded.OnThread(() =>
        {
            for (int i = 0; i < Clients; i++)
            {
                LocalSocket socket = server.Accept();
                sessions[i] = Bounded.OnThread(() =>
                {
                    using (socket)
                    {
                        for (int value; (value = socket.ReadByte()) >= 0;)
                            socket.WriteByte((byte)(value + 1));
                    }
                });
            }
        });

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Bounded.OnThread(() =>
        {
            using LocalSocket client = LocalSocket.Connect(server.FullName);
            for (int i = 0; i < Rounds; i++)
            {
                client.WriteByte((byte)i);
                Assert.Equal(i + 1, client.ReadByte());
            }
        }))).Within();
        await accepting.Within();
        await Task.WhenAll(sessions).Within();
    }

    [Trait("Conformance", "tst_qlocalsocket")]
    [Fact]
    public async Task ProcessConnection_ClientIsAnotherProcess_TalksAndIsNamed()
    {
        using LocalServer server = LocalServer.Listen(_scratch["process"]);
        using PythonProcess client = PythonProcess.Start("""
            import socket, sys
            s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
            s.sendall(b"ping"); assert s.recv(4, socket.MSG_WAITALL) == b"pong"; assert s.recv(1) == b""
            """, server.FullName);

        using (LocalSocket accepted = await server.AcceptAsync(Bounded.Token))
        {
            byte[] ping = new byte[4];
            await accepted.ReadExactlyAsync(ping, Bounded.Token);
            await accepted.WriteAsync("pong"u8.ToArray(), Bounded.Token);
            Assert.Equal("ping"u8, ping);
            Assert.Equal(client.Id, accepted.Peer.ProcessId);
        }

        Assert.Equal(0, await client.WaitAsync());
    }

    [Fact]
    public void Listen_AbstractName_HasExactlyTheNamesLengthAndNoFile()
    {
        string name = $"tether-tests-{Guid.NewGuid():N}/with a slash";
        using LocalServer server = LocalServer.Listen(new LocalServerOptions { Name = name, Namespace = LocalNamespace.Abstract });
        Assert.Equal("@" + name, server.FullName);

        using Socket exact = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        exact.Connect(new UnixDomainSocketEndPoint("\0" + name));
        using LocalSocket accepted = server.Accept();

        using Socket padded = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Assert.Throws<SocketException>(() => padded.Connect(new UnixDomainSocketEndPoint("\0" + name + "\0")));
        Assert.Equal(LocalSocketError.NameInUse,
            Assert.Throws<LocalSocketException>(() => LocalServer.Listen(new LocalServerOptions { Name = name, Namespace = LocalNamespace.Abstract })).Error);
    }

    [Fact]
    public void Listen_TemporaryName_IsWhereQtPutsIt()
    {
        string name = $"tether-tests-{Guid.NewGuid():N}";
        using LocalServer server = LocalServer.Listen(new LocalServerOptions { Name = name, Namespace = LocalNamespace.Temporary });
        using LocalSocket client = LocalSocket.Connect(new LocalSocketOptions { Name = name, Namespace = LocalNamespace.Temporary });

        Assert.Equal(Path.Combine(Path.GetTempPath(), name), server.FullName);
    }

    [Theory]
    [InlineData("", "'' is not a valid name of a local server: it is empty. Give the server a name.")]
    [InlineData("a\0b", @"'a\0b' is not a valid name of a local server: it contains a NUL character. Leave it out.")]
    [MemberData(nameof(NamesThatAreInvalidHere))]
    public async Task Names_Invalid_AreRefusedWithTheReason(string name, string message)
    {
        foreach (var error in new[]
        {
            Assert.Throws<LocalSocketException>(() => LocalServer.Listen(name)),
            Assert.Throws<LocalSocketException>(() => LocalSocket.Connect(name)),
            await Assert.ThrowsAsync<LocalSocketException>(() => LocalSocket.ConnectAsync(name).Within()),
        })
        {
            Assert.Equal(LocalSocketError.NameInvalid, error.Error);
            Assert.Equal(message, error.Message);
        }
    }

    [Fact]
    public void Names_HalfASurrogatePairOrALockFiles_AreRefused()
    {
        Assert.Equal(LocalSocketError.NameInvalid, Assert.Throws<LocalSocketException>(() => LocalServer.Listen(_scratch["\ud800"])).Error);
        Assert.Equal(LocalSocketError.NameInvalid, Assert.Throws<LocalSocketException>(() => LocalServer.Listen(_scratch["a.lock"])).Error);
        Assert.Empty(_scratch.Names);
    }

    [Trait("Conformance", "tst_qlocalsocket")]
    [Fact]
    public void LongPath_107Bytes_WorksAndOneMoreIsRefused()
    {
        string longest = _scratch[new string('x', 107 - _scratch.FullName.Length - 1)];
        using (LocalServer server = LocalServer.Listen(longest))
        using (LocalSocket client = LocalSocket.Connect(longest))
            Assert.Equal(longest, server.FullName);

        var error = Assert.Throws<LocalSocketException>(() => LocalServer.Listen(longest + "x"));
        Assert.Equal(LocalSocketError.NameTooLong, error.Error);
        Assert.Equal($"The socket's path '{longest}x' has 108 bytes, and a socket address holds 107. Use a shorter name or a shorter directory.", error.Message);
        Assert.Equal(LocalSocketError.NameTooLong, Assert.Throws<LocalSocketException>(() => LocalSocket.Connect(longest + "x")).Error);
        Assert.Equal(LocalSocketError.NameTooLong, Assert.Throws<LocalSocketException>(
            () => LocalServer.Listen(new LocalServerOptions { Name = new string('x', 108), Namespace = LocalNamespace.Abstract })).Error);
    }

    [Fact]
    public void Listen_DirectoryIsMissing_SaysSo()
    {
        var error = Assert.Throws<LocalSocketException>(() => LocalServer.Listen(_scratch["missing/name"]));

        Assert.Equal(LocalSocketError.NameInvalid, error.Error);
        Assert.Equal($"The directory '{_scratch["missing"]}' does not exist, so no server can listen in it. Create it first.", error.Message);
    }

    [Fact]
    public void Options_InvalidValues_AreRefused()
    {
        LocalServerOptions options = new() { Name = "valid" };

        Assert.Throws<ArgumentNullException>(() => options with { Name = null! });
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { Backlog = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { Access = (LocalServerAccess)4 });
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { Namespace = (LocalNamespace)3 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LocalSocketOptions { Name = "valid", ConnectTimeout = TimeSpan.FromMilliseconds(-2) });
    }

    [Fact]
    public void Listen_OthersMayConnectToANameOnlyTheUserCanReach_IsRefused() =>
        Assert.Throws<ArgumentException>(() => LocalServer.Listen(new LocalServerOptions { Name = "valid", Access = LocalServerAccess.Group }));
}

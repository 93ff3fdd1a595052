using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Tether.Platform.Linux;

namespace Tether.Tests.QtConformance;

/// <summary>What users of QLocalServer rely on. The names are those of Qt's own tests.</summary>
[SupportedOSPlatform("linux")]
[Collection(AloneCollection.Name)]
[Trait("Conformance", "tst_qlocalsocket")]
public sealed class QLocalServerTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task ServerBasic_NothingConnects_SaysWhatItIsAndAcceptsNothing()
    {
        LocalServer server = LocalServer.Listen(_scratch["basic"]);

        Assert.Equal((_scratch["basic"], _scratch["basic"]), (server.Name, server.FullName));
        Assert.False(server.TryAccept(TimeSpan.Zero, out LocalSocket? none));
        Assert.Null(none);
        Assert.False(server.TryAccept(TimeSpan.FromMilliseconds(20), out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => server.TryAccept(TimeSpan.FromMilliseconds(-2), out _));

        server.Dispose();

        Assert.Throws<ObjectDisposedException>(() => server.TryAccept(TimeSpan.Zero, out _));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => server.AcceptAsync(Bounded.Token).Within());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task ServerConnectionsCount_ClientsThatWait_AreTakenWithoutWaitingAndInEveryForm(int connections)
    {
        using LocalServer server = LocalServer.Listen(_scratch["count"]);
        for (int round = 0; round < 3; round++)
        {
            List<LocalSocket> clients = [];
            for (int i = 0; i < connections; i++)
                clients.Add(LocalSocket.Connect(server.FullName));

            // The forms can be mixed: one that waits and one that does not leave nothing behind for each other.
            server.Accept().Dispose();
            int taken = 1;
            for (; server.TryAccept(TimeSpan.Zero, out LocalSocket? accepted); taken++)
                accepted.Dispose();

            Assert.Equal(connections, taken);
            clients.ForEach(client => client.Dispose());
        }

        using LocalSocket last = LocalSocket.Connect(server.FullName);
        (await server.AcceptAsync(Bounded.Token)).Dispose();
    }

    [Fact]
    public async Task TryAccept_ClientComesWhileItWaits_IsAccepted()
    {
        using LocalServer server = LocalServer.Listen(_scratch["later"]);
        TaskCompletionSource started = new();
        Task<bool> accepting = Bounded.OnThread(() =>
        {
            started.SetResult();
            bool isAccepted = server.TryAccept(Bounded.Limit, out LocalSocket? socket);
            socket?.WriteByte(8);
            socket?.Dispose();
            return isAccepted;
        });
        await started.Task.Within();

        using LocalSocket client = LocalSocket.Connect(server.FullName);

        Assert.True(await accepting.Within());
        Assert.Equal(8, client.ReadByte());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TryAccept_ServerDisposedWhileItWaits_ThrowsObjectDisposed(bool endless)
    {
        LocalServer server = LocalServer.Listen(_scratch["disposed"]);
        TaskCompletionSource started = new();
        Task accepting = Bounded.OnThread(() =>
        {
            started.SetResult();
            server.TryAccept(endless ? Timeout.InfiniteTimeSpan : Bounded.Limit, out _);
        });
        await started.Task.Within();

        server.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => accepting.Within());
    }

    [Fact]
    public async Task Accept_AfterTryAccept_StillWaitsAndIsEndedByDispose()
    {
        LocalServer server = LocalServer.Listen(_scratch["mixed"]);
        Assert.False(server.TryAccept(TimeSpan.Zero, out _));
        TaskCompletionSource first = new();
        Task accepting = Bounded.OnThread(() =>
        {
            server.Accept().Dispose();
            first.SetResult();
            server.Accept().Dispose();
        });
        Assert.False(accepting.IsCompleted);
        LocalSocket.Connect(server.FullName).Dispose();
        await first.Task.Within();

        server.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => accepting.Within());
    }

    [Fact]
    public async Task TryAccept_ManyThreadsForFewClients_EachClientIsTakenOnceAndNobodyHangs()
    {
        const int Threads = 4;
        const int Clients = 200;
        using LocalServer server = LocalServer.Listen(_scratch["shared"]);
        int taken = 0;
        Task[] accepting = [.. Enumerable.Range(0, Threads).Select(_ => Bounded.OnThread(() =>
        {
            while (Volatile.Read(ref taken) < Clients)
            {
                if (server.TryAccept(TimeSpan.FromMilliseconds(5), out LocalSocket? socket))
                {
                    Interlocked.Increment(ref taken);
                    socket.Dispose();
                }
            }
        }))];

        for (int i = 0; i < Clients; i++)
            (await LocalSocket.ConnectAsync(server.FullName, Bounded.Token)).Dispose();

        await Task.WhenAll(accepting).Within();
        Assert.Equal(Clients, taken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RecycleServer_SameNameAgain_Works(bool isAbstract)
    {
        LocalNamespace space = isAbstract ? LocalNamespace.Abstract : LocalNamespace.Private;
        string name = _scratch["recycled"];
        for (int i = 0; i < 3; i++)
        {
            using LocalServer server = LocalServer.Listen(new LocalServerOptions { Name = name, Namespace = space });
            using LocalSocket client = LocalSocket.Connect(new LocalSocketOptions { Name = name, Namespace = space });
            using LocalSocket accepted = server.Accept();
            accepted.WriteByte(7);
            Assert.Equal(7, client.ReadByte());
        }
    }

    [Fact]
    public void FullPath_NameAndAddress_AreToldOnBothSides()
    {
        using LocalServer server = LocalServer.Listen(_scratch["full"]);
        using LocalSocket client = LocalSocket.Connect(server.FullName);
        using LocalSocket accepted = server.Accept();

        Assert.Equal((_scratch["full"], _scratch["full"]), (client.ServerName, client.FullServerName));
        Assert.Null(accepted.ServerName);
        Assert.Null(accepted.FullServerName);
    }

    [Fact]
    public void ListenAndConnectAbstractNamespace_Name_IsOneWithoutAFile()
    {
        string name = $"tether-tests-{Guid.NewGuid():N}";
        using LocalServer server = LocalServer.Listen(new LocalServerOptions { Name = name, Namespace = LocalNamespace.Abstract });
        using LocalSocket client = LocalSocket.Connect(new LocalSocketOptions { Name = name, Namespace = LocalNamespace.Abstract });
        using LocalSocket accepted = server.Accept();

        accepted.WriteByte(4);

        Assert.Equal(4, client.ReadByte());
        Assert.Equal((name, "@" + name), (client.ServerName, client.FullServerName));
        Assert.Equal((name, "@" + name), (server.Name, server.FullName));
        Assert.False(File.Exists(name));
    }

    [Fact]
    public void ListenAndConnectAbstractNamespaceTrailingZeros_PaddedName_IsAnotherNameThatCanBeReached()
    {
        string name = $"tether-tests-{Guid.NewGuid():N}";
        string padded = name.PadRight(107, '\0'); // as programs bind that pass the size of the whole structure
        LocalServerOptions options = new() { Name = name, Namespace = LocalNamespace.Abstract };
        using LocalServer exact = LocalServer.Listen(options);
        using LocalServer whole = LocalServer.Listen(options with { Name = padded });
        using Socket foreign = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        foreign.Connect(new UnixDomainSocketEndPoint("\0" + padded));

        using LocalSocket ours = LocalSocket.Connect(new LocalSocketOptions { Name = padded, Namespace = LocalNamespace.Abstract });

        whole.Accept().Dispose();
        whole.Accept().Dispose();
        Assert.False(exact.TryAccept(TimeSpan.Zero, out _));
        Assert.Equal("@" + name.PadRight(107, '@'), whole.FullName);
    }

    [Fact]
    public void RemoveServer_StaleLiveAndMissing_FreesOnlyTheStale()
    {
        string path = _scratch["stale"];
        Bind(path).Dispose();
        LocalServer.Remove(path);
        Assert.Empty(_scratch.Names);

        LocalServer.Remove(path);
        LocalServer.Remove(_scratch["no/such/directory"]);
        LocalServer.Remove($"tether-tests-{Guid.NewGuid():N}", LocalNamespace.Abstract);
        Assert.Empty(_scratch.Names);

        using LocalServer live = LocalServer.Listen(path);
        Assert.Equal(LocalSocketError.NameInUse, Assert.Throws<LocalSocketException>(() => LocalServer.Remove(path)).Error);
        File.WriteAllText(_scratch["precious"], "data");
        var refused = Assert.Throws<LocalSocketException>(() => LocalServer.Remove(_scratch["precious"]));
        Assert.Equal(LocalSocketError.NameInUse, refused.Error);
        Assert.Equal(["precious", "stale", "stale.lock"], _scratch.Names);
        using LocalSocket client = LocalSocket.Connect(path);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task VerifyListenWithDescriptor_ListeningSocket_IsTakenOver(bool isAbstract)
    {
        LocalNamespace space = isAbstract ? LocalNamespace.Abstract : LocalNamespace.Private;
        string name = isAbstract ? $"tether-tests-{Guid.NewGuid():N}" : _scratch["passed"];
        SafeSocketHandle handle = Bind(name, space);
        Assert.Equal(0, Libc.Listen(handle, 5));
        Assert.Equal(0, Libc.Fcntl(handle, Libc.F_SETFD, 0)); // as one that was inherited

        using (LocalServer server = LocalServer.Listen(handle))
        {
            Assert.Equal(isAbstract ? "@" + name : name, server.FullName);
            Assert.Equal(server.FullName, server.Name);
            Assert.Equal(handle.DangerousGetHandle(), server.SafeHandle.DangerousGetHandle());
            Assert.Equal(Libc.FD_CLOEXEC, Libc.Fcntl(handle, 1 /* F_GETFD */, 0));
            LocalSocketOptions options = new() { Name = name, Namespace = space };
            using LocalSocket first = LocalSocket.Connect(options);
            using LocalSocket atServer = server.Accept();
            using LocalSocket second = await LocalSocket.ConnectAsync(options, Bounded.Token);
            using LocalSocket secondAtServer = await server.AcceptAsync(Bounded.Token);
            secondAtServer.WriteByte(1);
            Assert.Equal(1, second.ReadByte());
        }

        // The file is that of whoever bound it.
        Assert.Equal(isAbstract ? [] : ["passed"], _scratch.Names);
    }

    [Fact]
    public void VerifyListenWithDescriptor_AnythingElse_IsRefusedWithTheReason()
    {
        using Socket tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        tcp.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        tcp.Listen();
        AssertRefused(tcp.SafeHandle, "it is a socket of family InterNetwork and type Stream, not a stream socket of the Unix domain");
        using Socket datagram = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        AssertRefused(datagram.SafeHandle, "it is a socket of family Unix and type Dgram, not a stream socket of the Unix domain");
        AssertRefused(Bind(_scratch["bound"]), "it does not listen: call listen(2) on it first");
        using LocalPair pair = LocalPair.Create();
        AssertRefused(Duplicate(pair.Client.SafeHandle), "it does not listen: call listen(2) on it first");
        using FileStream file = File.Create(_scratch["file"]);
        AssertRefused(Duplicate(file.SafeFileHandle), "it is no socket");
        Assert.Throws<ArgumentOutOfRangeException>(() => LocalServer.Listen(Listening(_scratch["access"]), (LocalServerAccess)4));

        static void AssertRefused(SafeSocketHandle handle, string reason)
        {
            nint number = handle.DangerousGetHandle();
            LocalSocketException error = Assert.Throws<LocalSocketException>(() => LocalServer.Listen(handle));
            Assert.Equal(LocalSocketError.NotSupported, error.Error);
            Assert.Equal($"Descriptor {number} cannot be taken over: {reason}.", error.Message);
            Assert.True(handle.IsClosed);
        }
    }

    private static SafeSocketHandle Duplicate(SafeHandle handle) => new(Libc.Fcntl(handle, Libc.F_DUPFD_CLOEXEC, 0), ownsHandle: true);

    private static SafeSocketHandle Listening(string path)
    {
        SafeSocketHandle socket = Bind(path);
        Assert.Equal(0, Libc.Listen(socket, 1));
        return socket;
    }

    private static SafeSocketHandle Bind(string name, LocalNamespace space = LocalNamespace.Private)
    {
        SafeSocketHandle socket = UnixConnector.Owned(UnixConnector.CreateSocket(nonBlocking: false));
        Assert.Equal(0, UnixAddress.Of(name, space).Bind(socket));
        return socket;
    }
}

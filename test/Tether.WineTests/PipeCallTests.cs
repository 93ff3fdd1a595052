using Microsoft.Win32.SafeHandles;
using Tether.Keeper.Platform.Windows;
using Tether.Platform.Windows;
using Tether.Tests;

namespace Tether.WineTests;

/// <summary>
/// What is asked of the system for each pipe, and what becomes of its answers. Wine 8 looks neither at access lists nor at who is the
/// first, so these are answered in its place. The numbers are those of CreateNamedPipeW and CreateFileW.
/// </summary>
public sealed class PipeCallTests
{
    private const uint Duplex = 0x3;
    private const uint Overlapped = 0x4000_0000;
    private const uint FirstInstance = 0x0008_0000;
    private const uint RejectRemoteClients = 0x8;
    private const uint ReadAndWrite = 0xC000_0000;
    private const uint IdentificationOnly = 0x0011_0000; // SECURITY_SQOS_PRESENT, SECURITY_IDENTIFICATION
    private const int TooManyOpenFiles = 4;
    private const int AccessDenied = 5;
    private const int PipeBusy = 231;

    private readonly RecordingPipeCalls _calls = new();
    private readonly string _name = "tether-tests-" + Guid.NewGuid().ToString("N");

    private static string ForThisUser => $"O:{SecurityText.User}D:P(A;;GA;;;{SecurityText.User})";

    private string FullName => @"\\.\pipe\" + _name;

    [Fact]
    public void Listen_FirstInstanceAndFurtherOnes_OnlyTheFirstHasToBeFirst()
    {
        PipeCalls.Replace(_calls, () =>
        {
            using LocalServer server = LocalServer.Listen(_name);
            for (int i = 0; i < 2; i++)
            {
                using LocalSocket client = LocalSocket.Connect(_name, Bounded.Limit);
                using LocalSocket accepted = server.Accept();
            }
        });

        const uint Further = Duplex | Overlapped;
        Assert.Equal([Further | FirstInstance, Further, Further], _calls.Creations.Select(made => made.OpenMode));
        Assert.All(_calls.Creations, made => Assert.Equal((FullName, RejectRemoteClients), (made.Name, made.PipeMode)));
    }

    [Theory]
    [InlineData(LocalServerAccess.User, "")]
    [InlineData(LocalServerAccess.Other, "(A;;GRGW;;;WD)")]
    [InlineData(LocalServerAccess.World, "(A;;GRGW;;;WD)")]
    public void Listen_Access_IsTheOwnerAndTheAccessListOfEachInstance(LocalServerAccess access, string others)
    {
        PipeCalls.Replace(_calls, () =>
        {
            using LocalServer server = LocalServer.Listen(new LocalServerOptions { Name = _name, Access = access });
            using LocalSocket client = LocalSocket.Connect(_name, Bounded.Limit);
            using LocalSocket accepted = server.Accept();
        });

        Assert.Equal(2, _calls.Creations.Length);
        Assert.All(_calls.Creations, made => Assert.Equal(SecurityText.Normal(ForThisUser + others), made.Security));
        Assert.All(_calls.Creations, made => Assert.False(made.IsInheritable));
    }

    [Theory]
    [InlineData(AccessDenied, LocalSocketError.NameInUse)]
    [InlineData(PipeBusy, LocalSocketError.NameInUse)]
    [InlineData(TooManyOpenFiles, LocalSocketError.ResourceExhausted)]
    public void Listen_FirstInstanceCannotBeMade_SaysWhy(int error, LocalSocketError expected)
    {
        RecordingPipeCalls calls = new() { CreationErrors = new([error]) };
        PipeCalls.Replace(calls, () =>
        {
            LocalSocketException refused = Assert.Throws<LocalSocketException>(() => LocalServer.Listen(_name));
            Assert.Equal(expected, refused.Error);
            Assert.Contains(FullName, refused.Message);
        });

        Assert.Single(calls.Creations);
    }

    /// <summary>Whoever accepts is told; the client that was there and the next one are served.</summary>
    [Fact]
    public void Accept_AnotherInstanceCannotBeMade_IsSaidAndTheServerGoesOn()
    {
        RecordingPipeCalls calls = new() { CreationErrors = new([0, TooManyOpenFiles]) };
        PipeCalls.Replace(calls, () =>
        {
            using LocalServer server = LocalServer.Listen(_name);
            using LocalSocket first = LocalSocket.Connect(_name, Bounded.Limit);
            LocalSocketException failure = Assert.Throws<LocalSocketException>(server.Accept);
            Assert.Equal(LocalSocketError.ResourceExhausted, failure.Error);
            Assert.Contains(FullName, failure.Message);

            AssertJoined(first, server);
            using LocalSocket second = LocalSocket.Connect(_name, Bounded.Limit);
            AssertJoined(second, server);
        });

        Assert.Equal([true, false, false, false], calls.Creations.Select(made => (made.OpenMode & FirstInstance) != 0));
    }

    [Fact]
    public async Task Connect_AnyPipe_LetsTheServerIdentifyItsClientAndNoMore()
    {
        using LocalServer server = LocalServer.Listen(_name);
        Task<LocalSocket>? connecting = null;
        PipeCalls.Replace(_calls, () =>
        {
            LocalSocket.Connect(_name, Bounded.Limit).Dispose();
            connecting = LocalSocket.ConnectAsync(_name).AsTask();
        });
        (await connecting!.Within()).Dispose();

        // Each at least once: while the server makes its next instance, they are tried again.
        Assert.True(_calls.Openings.Length >= 2);
        Assert.All(_calls.Openings, opened => Assert.Equal(new(FullName, ReadAndWrite, Overlapped | IdentificationOnly), opened));
    }

    [Fact]
    public async Task Connect_SystemDeniesAccess_IsAccessDenied()
    {
        RecordingPipeCalls calls = new() { OpeningError = AccessDenied };
        Task<LocalSocket>? connecting = null;
        PipeCalls.Replace(calls, () =>
        {
            LocalSocketException refused = Assert.Throws<LocalSocketException>(() => LocalSocket.Connect(_name, Bounded.Limit));
            Assert.Equal(LocalSocketError.AccessDenied, refused.Error);
            Assert.Contains(FullName, refused.Message);
            connecting = LocalSocket.ConnectAsync(_name).AsTask();
        });

        Assert.Equal(LocalSocketError.AccessDenied, (await Assert.ThrowsAsync<LocalSocketException>(() => connecting!.Within())).Error);
    }

    /// <summary>The pipes of a start, of a program's streams and of the keeper's endpoint are all made so.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PrivatePipe_BothEnds_AreForThisUserOnThisMachineOnly(bool isFirst)
    {
        string name = PrivatePipe.NewName("test");
        PipeCalls.Replace(_calls, () =>
        {
            using SafePipeHandle pipe = PrivatePipe.Create(name, Kernel32.PIPE_ACCESS_DUPLEX, isFirst, instances: 1, size: 4096);
            using SafePipeHandle end = PrivatePipe.Open(name, Kernel32.GENERIC_READ, flags: 0);
        });

        uint openMode = Duplex | Overlapped | (isFirst ? FirstInstance : 0);
        string security = SecurityText.Normal(ForThisUser);
        Assert.Equal([new(name, openMode, RejectRemoteClients, 1, 4096, security, IsInheritable: false)], _calls.Creations);
        Assert.Equal([new(name, Kernel32.GENERIC_READ, IdentificationOnly)], _calls.Openings);
    }

    [Fact]
    public void PrivatePipe_SystemDeniesAccess_IsAnErrorThatNamesThePipe()
    {
        RecordingPipeCalls calls = new() { CreationErrors = new([AccessDenied]), OpeningError = AccessDenied };
        string name = PrivatePipe.NewName("test");
        PipeCalls.Replace(calls, () =>
        {
            IOException made = Assert.Throws<IOException>(() => PrivatePipe.Create(name, Kernel32.PIPE_ACCESS_DUPLEX, true, 1, 4096));
            IOException opened = Assert.Throws<IOException>(() => PrivatePipe.Open(name, Kernel32.GENERIC_READ, 0));
            Assert.All([made, opened], error => Assert.Equal((AccessDenied, true), (WindowsError.Of(error), error.Message.Contains(name))));
        });
    }

    [Fact]
    public void Endpoint_FirstInstanceAndFurtherOnes_OnlyTheFirstHasToBeFirst()
    {
        PipeCalls.Replace(_calls, () =>
        {
            using ServedEndpoint endpoint = new();
            endpoint.ConnectAndServe();
        });

        Assert.Equal([Duplex | Overlapped | FirstInstance, Duplex | Overlapped], _calls.Creations.Select(made => made.OpenMode));
        string security = SecurityText.Normal(ForThisUser);
        Assert.All(_calls.Creations, made => Assert.Equal((RejectRemoteClients, security), (made.PipeMode, made.Security)));
    }

    /// <summary>Somebody else has the name: a keeper does not go on with it.</summary>
    [Fact]
    public void Endpoint_FirstInstanceIsDenied_IsNotMade()
    {
        RecordingPipeCalls calls = new() { CreationErrors = new([AccessDenied]) };
        PipeCalls.Replace(calls, () => Assert.Equal(AccessDenied, WindowsError.Of(Assert.Throws<IOException>(() => new Endpoint()))));
    }

    [Fact]
    public void Endpoint_AnotherInstanceCannotBeMade_ThisClientIsLetGoAndTheNextOneServed()
    {
        RecordingPipeCalls calls = new() { CreationErrors = new([0, TooManyOpenFiles]) };
        PipeCalls.Replace(calls, () =>
        {
            using ServedEndpoint endpoint = new();
            using LocalSocket refused = endpoint.Connect();
            endpoint.Serve();
            Assert.Empty(endpoint.Clients);
            // As a write would be, too; how the end looks to a read is the system's affair.
            Assert.ThrowsAny<IOException>(() => refused.WriteByte(1));

            endpoint.ConnectAndServe();
            Assert.Single(endpoint.Clients);
        });
    }

    private static void AssertJoined(LocalSocket client, LocalServer server)
    {
        using LocalSocket accepted = server.Accept();
        client.WriteByte(7);
        Assert.Equal(7, accepted.ReadByte());
    }

    /// <summary>A keeper's endpoint, with its port served when a test says so.</summary>
    private sealed class ServedEndpoint : IDisposable
    {
        private readonly CompletionPort _port = new();
        private readonly Endpoint _endpoint = new();

        internal ServedEndpoint() => _endpoint.Listen(_port, Clients.Add);

        internal List<SafePipeHandle> Clients { get; } = [];

        internal LocalSocket Connect() => LocalSocket.Connect(_endpoint.FullName, Bounded.Limit);

        internal void ConnectAndServe()
        {
            using LocalSocket client = Connect();
            Serve();
        }

        internal unsafe void Serve()
        {
            int count = _port.Wait((int)Bounded.Limit.TotalMilliseconds);
            Assert.Equal(1, count);
            PipeOperation.Of(_port.Entry(0).Overlapped).End((int)_port.Entry(0).Bytes);
        }

        public void Dispose()
        {
            Clients.ForEach(client => client.Dispose());
            _endpoint.Dispose();
            // The end of the connect that was waiting: only then is it let go of.
            Serve();
            _port.Dispose();
        }
    }
}

using System.Diagnostics;
using System.IO.Pipes;
using System.Security.AccessControl;
using System.Security.Principal;
using Microsoft.Win32.SafeHandles;
using Tether.EndToEnd.Tests.Platform;
using Tether.Tests;

namespace Tether.WineTests;

/// <summary>What is Windows' own about the local sockets.</summary>
public sealed class PipeTests
{
    private readonly string _name = "tether-tests-" + Guid.NewGuid().ToString("N");

    [Fact]
    public void Listen_Name_IsThePipeThatQtWouldMake()
    {
        using LocalServer server = LocalServer.Listen(_name);
        using LocalSocket client = LocalSocket.Connect(@"\\.\pipe\" + _name, Bounded.Limit);
        using LocalSocket accepted = server.Accept();

        Assert.Equal(@"\\.\pipe\" + _name, server.FullName);
        Assert.Equal(Environment.ProcessId, client.Peer.ProcessId);
        Assert.Equal(Environment.ProcessId, accepted.Peer.ProcessId);
    }

    [Theory]
    [InlineData(LocalNamespace.Temporary)]
    [InlineData(LocalNamespace.Abstract)]
    public void Listen_OtherNamespace_IsTheSamePipe(LocalNamespace space)
    {
        using LocalServer server = LocalServer.Listen(new LocalServerOptions { Name = _name, Namespace = space });
        using LocalSocket client = LocalSocket.Connect(_name, Bounded.Limit);
        using LocalSocket accepted = server.Accept();

        Assert.Equal(@"\\.\pipe\" + _name, server.FullName);
    }

    [Fact]
    public void Listen_LongestName_CanBeReached()
    {
        string longest = _name.PadRight(247, 'x');
        using LocalServer server = LocalServer.Listen(longest);
        using LocalSocket client = LocalSocket.Connect(longest, Bounded.Limit);
        using LocalSocket accepted = server.Accept();

        Assert.Equal(LocalSocketError.NameTooLong, Assert.Throws<LocalSocketException>(() => LocalServer.Listen(longest + "x")).Error);
        Assert.Equal(LocalSocketError.NameTooLong, Assert.Throws<LocalSocketException>(() => LocalSocket.Connect(longest + "x")).Error);
    }

    [Theory]
    [InlineData(LocalServerAccess.User, false)]
    [InlineData(LocalServerAccess.Other, true)]
    [InlineData(LocalServerAccess.World, true)]
    public void Listen_Access_IsThePipesAccessList(LocalServerAccess access, bool isForAll)
    {
        using LocalServer server = LocalServer.Listen(new LocalServerOptions { Name = _name, Access = access });
        // An asynchronous one would have the completions that the server waits for.
        using SafePipeHandle handle = new(server.SafeHandle.DangerousGetHandle(), ownsHandle: false);
        using NamedPipeServerStream pipe = new(PipeDirection.InOut, isAsync: false, isConnected: false, handle);
        PipeSecurity security = pipe.GetAccessControl();
        using WindowsIdentity user = WindowsIdentity.GetCurrent();
        SecurityIdentifier[] admitted = [.. security.GetAccessRules(true, true, typeof(SecurityIdentifier)).Cast<PipeAccessRule>()
            .Where(rule => rule.AccessControlType == AccessControlType.Allow)
            .Select(rule => (SecurityIdentifier)rule.IdentityReference)
            .OrderBy(identity => identity.Value, StringComparer.Ordinal)];

        Assert.True(security.AreAccessRulesProtected);
        Assert.Equal(isForAll ? [new SecurityIdentifier(WellKnownSidType.WorldSid, null), user.User!] : [user.User!], admitted);
    }

    [Fact]
    public void Listen_AccessForTheGroupAlone_SaysThatItCannot()
    {
        LocalServerOptions options = new() { Name = _name, Access = LocalServerAccess.Group };
        Assert.Equal(LocalSocketError.NotSupported, Assert.Throws<LocalSocketException>(() => LocalServer.Listen(options)).Error);
    }

    [Fact]
    public async Task Accept_ClientIsAnotherProcess_TalksAndIsNamed()
    {
        using LocalServer server = LocalServer.Listen(_name);
        using Process client = PlainStart.Of(new ProcessStartInfo(Child.Executable, ["ask", _name]) { UseShellExecute = false });
        using (LocalSocket accepted = await server.AcceptAsync(Bounded.Token))
        {
            byte[] ping = new byte[4];
            await accepted.ReadExactlyAsync(ping, Bounded.Token);
            await accepted.WriteAsync("pong"u8.ToArray(), Bounded.Token);
            Assert.Equal("ping"u8, ping);
            Assert.Equal(client.Id, accepted.Peer.ProcessId);
        }

        await client.WaitForExitAsync(Bounded.Token);
        Assert.Equal(0, client.ExitCode);
    }

    [Fact]
    public void Dispose_RightAfterTheWrite_PeerReadsEverything()
    {
        using LocalPair pair = LocalPair.Create();
        byte[] sent = [.. Enumerable.Range(0, 50_000).Select(i => (byte)(i / 100))];
        pair.Server.Write(sent);
        pair.Server.Dispose();

        byte[] received = new byte[sent.Length];
        pair.Client.ReadExactly(received);
        Assert.Equal(sent, received);
        Assert.Equal(-1, pair.Client.ReadByte());
    }

    [Fact]
    public void Accept_ManyClientsBeforeTheFirst_AreAcceptedInOrder()
    {
        using LocalServer server = LocalServer.Listen(_name);
        List<LocalSocket> clients = [];
        for (byte i = 0; i < 20; i++)
        {
            clients.Add(LocalSocket.Connect(_name, Bounded.Limit));
            clients[i].WriteByte(i);
        }

        for (byte i = 0; i < 20; i++)
        {
            using LocalSocket accepted = server.Accept();
            Assert.Equal(i, accepted.ReadByte());
        }

        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public void Accept_ClientThatWroteAndWent_IsStillRead()
    {
        using LocalServer server = LocalServer.Listen(_name);
        using (LocalSocket client = LocalSocket.Connect(_name, Bounded.Limit))
            client.Write("gone"u8);

        using LocalSocket accepted = server.Accept();
        using StreamReader reader = new(accepted);
        Assert.Equal("gone", reader.ReadToEnd());
    }

    [Fact]
    public void Connect_ServerDisposed_IsNotFoundAndTheNameIsFree()
    {
        LocalServer.Listen(_name).Dispose();

        Assert.Equal(LocalSocketError.ServerNotFound, Assert.Throws<LocalSocketException>(() => LocalSocket.Connect(_name)).Error);
        LocalServer.Remove(_name);
        using LocalServer again = LocalServer.Listen(_name);
        Assert.Equal(LocalSocketError.NameInUse, Assert.Throws<LocalSocketException>(() => LocalServer.Remove(_name)).Error);
    }

    [Fact]
    public async Task Accept_ServerDisposedMeanwhile_ThrowsObjectDisposed()
    {
        LocalServer server = LocalServer.Listen(_name);
        Task<LocalSocket> blocking = Bounded.OnThread(server.Accept);
        Task<LocalSocket> asynchronous = server.AcceptAsync().AsTask();

        server.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => blocking.Within());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => asynchronous.Within());
    }

    [Fact]
    public void CompleteWrites_Pipe_SaysThatItCannot()
    {
        using LocalPair pair = LocalPair.Create();

        Assert.Equal(LocalSocketError.NotSupported, Assert.Throws<LocalSocketException>(pair.Client.CompleteWrites).Error);
    }

    [Fact]
    public async Task Connect_PipeOfAnotherUser_IsNotTrustedUnlessThatIsAllowed()
    {
        using SafePipeHandle foreign = ForeignPipe.OfTheSystem(@"\\.\pipe\" + _name);
        LocalSocketException error = Assert.Throws<LocalSocketException>(() => LocalSocket.Connect(_name, Bounded.Limit));
        Assert.Equal(LocalSocketError.PeerNotTrusted, error.Error);
        Assert.Contains(ForeignPipe.System, error.Message);

        using SafePipeHandle another = ForeignPipe.OfTheSystem(@"\\.\pipe\" + _name);
        error = await Assert.ThrowsAsync<LocalSocketException>(() => LocalSocket.ConnectAsync(_name).AsTask().Within());
        Assert.Equal(LocalSocketError.PeerNotTrusted, error.Error);

        using SafePipeHandle third = ForeignPipe.OfTheSystem(@"\\.\pipe\" + _name);
        using LocalSocket socket = LocalSocket.Connect(new LocalSocketOptions { Name = _name, AllowServerOfAnotherUser = true });
        Assert.Equal(LocalSocketState.Connected, socket.State);
    }

    /// <summary>Wine knows that a pipe takes no other instance; that one has to be the first it does not (Listen_NameOfAnotherServer).</summary>
    [Fact]
    public void Listen_NameOfAPipeThatTakesNoOther_IsNameInUse()
    {
        using SafePipeHandle other = ForeignPipe.OfOneInstance(@"\\.\pipe\" + _name);
        LocalSocketException error = Assert.Throws<LocalSocketException>(() => LocalServer.Listen(_name));
        Assert.Equal(LocalSocketError.NameInUse, error.Error);
        Assert.Contains(_name, error.Message);
    }

    [Fact]
    public void Listen_NameOfAnotherServer_IsNameInUse()
    {
        using LocalServer server = LocalServer.Listen(_name);
        Assert.Equal(LocalSocketError.NameInUse, Assert.Throws<LocalSocketException>(() => LocalServer.Listen(_name)).Error);
    }

    /// <summary>An access list without this user, made as for a server of another user's.</summary>
    [Fact]
    public void Connect_PipeWhoseAccessListLacksThisUser_IsAccessDenied()
    {
        using SafePipeHandle foreign = ForeignPipe.ClosedToOthers(@"\\.\pipe\" + _name);
        LocalSocketException error = Assert.Throws<LocalSocketException>(() => LocalSocket.Connect(_name, Bounded.Limit));
        Assert.Equal(LocalSocketError.AccessDenied, error.Error);
    }
}

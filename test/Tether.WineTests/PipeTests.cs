using System.Diagnostics;
using System.IO.Pipes;
using System.Security.AccessControl;
using System.Security.Principal;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Tether.EndToEnd.Tests.Platform;
using Tether.EndToEnd.Tests;
using Tether.Platform.Windows;
using Tether.Records;
using Tether.Tests;
using Tether.Tests.QtInterop;

namespace Tether.WineTests;

/// <summary>What is Windows' own about the local sockets.</summary>
public sealed class PipeTests
{
    private const long QtSize = 8 << 20;

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
    public async Task Accept_ClientThatConnectsAsQtDoes_ExchangesBothWaysAtOnce()
    {
        using LocalServer server = LocalServer.Listen(_name);
        using Process client = StartAsQt("connect-as-qt");
        using LocalSocket accepted = await server.AcceptAsync(Bounded.Token);
        Assert.Equal(client.Id, accepted.Peer.ProcessId);
        await QtExchange.CompareAsync(accepted, client, QtSize, Bounded.Token);
    }

    [Fact]
    public Task Connect_ServerThatListensAsQtDoesForTheUser_ExchangesBothWaysAtOnce() => ConnectToQtAsync("serve-as-qt-for-the-user");

    /// <summary>Windows makes such a pipe the user's; under Wine it is nobody's, and so it is not trusted.</summary>
    [Fact]
    public Task Connect_ServerThatListensAsQtDoesForAnybody_ExchangesBothWaysAtOnce() => ConnectToQtAsync("serve-as-qt");

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

    [Fact]
    public void Listen_ServerOfThisUser_PipeBelongsToTheUserAndLetsNobodyElseIn()
    {
        using LocalServer server = LocalServer.Listen(_name);
        AssertIsForThisUserOnly(server.FullName);
    }

    [Fact]
    public async Task StartAsync_KeptProgram_KeepersPipeBelongsToTheUserAndLetsNobodyElseIn()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync(Child.Executable, "wait");
        using JsonDocument record = JsonDocument.Parse(File.ReadAllText(Path.Combine(home.Path, process.Name, RecordPaths.Record)));
        AssertIsForThisUserOnly(record.RootElement.GetProperty("endpoint").GetString()!);
    }

    private async Task ConnectToQtAsync(string behaviour)
    {
        using Process server = StartAsQt(behaviour);
        Assert.Equal(@"listening \\.\pipe\" + _name, await server.StandardOutput.ReadLineAsync(Bounded.Token));
        using LocalSocket socket = await LocalSocket.ConnectAsync(_name, Bounded.Token);
        Assert.Equal(server.Id, socket.Peer.ProcessId);
        await QtExchange.CompareAsync(socket, server, QtSize, Bounded.Token);
    }

    private Process StartAsQt(string behaviour) => PlainStart.Of(
        new ProcessStartInfo(Child.Executable, [behaviour, _name, $"{QtSize}"]) { UseShellExecute = false, RedirectStandardOutput = true });

    /// <summary>What the system says of it, not what was asked for.</summary>
    private static void AssertIsForThisUserOnly(string fullName)
    {
        using SafePipeHandle? pipe = NamedPipe.TryOpen(fullName, Kernel32.GENERIC_READ | Kernel32.GENERIC_WRITE, 0, out int error);
        Assert.Equal(0, error);
        RawSecurityDescriptor security = new(SecurityText.Of(pipe!, SecurityText.Owner | SecurityText.AccessList));
        Assert.Equal(SecurityText.User, security.Owner);
        CommonAce entry = Assert.IsType<CommonAce>(Assert.Single(security.DiscretionaryAcl!.Cast<GenericAce>()));
        Assert.Equal((AceQualifier.AccessAllowed, SecurityText.User), (entry.AceQualifier, entry.SecurityIdentifier));
        // Windows says what GENERIC_ALL means for a file (FILE_ALL_ACCESS).
        Assert.Contains(entry.AccessMask, (int[])[0x1000_0000, 0x1F_01FF]);
    }
}

using System.Runtime.Versioning;
using System.Text;
using Tether.EndToEnd.Tests.Keep;

namespace Tether.EndToEnd.Tests.Skew;

/// <summary>Keepers outlive upgrades: a keeper of another version with this client, and clients of another version with this keeper.</summary>
[SupportedOSPlatform("linux")]
public sealed class VersionSkewTests
{
    private const string Welcome =
        """{"magic":"tether","version":1,"keeper":"0.1.0","features":["journal-files"],"maximumPayload":65536,"inputCredit":262144,"inputPosition":7,"inputOpen":true,"exit":null}""";

    private const string Exit = """{"code":143,"signal":"SIGTERM","signalNumber":15,"coreDumped":false,"time":"2026-01-02T03:04:05.678+00:00","outputComplete":true}""";

    [Fact]
    public async Task Client_KeeperOfVersion1_IsUnderstood()
    {
        await using TestHome home = new();
        await using FakeKeeper keeper = new(home, "old", FakeKeeper.Record("old"), (128, Bytes(Welcome)), (132, Bytes(Exit)));
        await using TetheredProcess process = await home.AttachAsync("old");
        Assert.Equal(7, process.StandardInput.StartPosition);
        ProcessExitStatus exit = await process.WaitForExitAsync(home.Bound);
        Assert.Equal((143, "SIGTERM"), (exit.ExitCode, exit.SignalName));
        Assert.Equal((1, """{"magic":"tether","minimumVersion":1,"maximumVersion":1,"client":"Tether for .NET","features":null}"""), (keeper.Hello.Type, Encoding.UTF8.GetString(keeper.Hello.Payload)));
    }

    [Fact]
    public async Task Client_KeeperWithFramesAndMembersOfALaterVersion_TakesWhatItKnows()
    {
        await using TestHome home = new();
        const string later = "\"later\":{\"a\":[1,null]},";
        await using FakeKeeper keeper = new(
            home,
            "newer",
            FakeKeeper.Record("newer", more: later),
            (128, Bytes("{" + later + Welcome[1..])),
            (200, new byte[1000]),
            (255, []),
            (131, [1, 0xFF, .. new byte[16], 9, 9, 9]),
            (129, [.. BitConverter.GetBytes(8L), .. BitConverter.GetBytes(0L), 1]),
            (132, Bytes("{" + later + Exit[1..])));
        await using TetheredProcess process = await home.AttachAsync("newer");
        Assert.Equal("SIGTERM", (await process.WaitForExitAsync(home.Bound)).SignalName);
        Assert.Equal(ProcessState.Running, home.Record("newer").State);
    }

    [Fact]
    public async Task Client_KeeperThatRefusesItsVersion_SaysWhatToDo()
    {
        await using TestHome home = new();
        await using FakeKeeper keeper = new(
            home, "refusing", FakeKeeper.Record("refusing"), (134, Bytes("""{"code":"version","message":"This keeper speaks version 2; the client speaks 1 to 1."}""")));
        string message = (await Assert.ThrowsAsync<ConnectionLostException>(() => home.AttachAsync("refusing"))).Message;
        Assert.Contains("This keeper speaks version 2; the client speaks 1 to 1.", message, StringComparison.Ordinal);
        Assert.Contains("Use a Tether of the version that started the program", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_KeeperThatWelcomesToAnotherVersion_GoesAwayAndSaysWhatToDo()
    {
        await using TestHome home = new();
        await using FakeKeeper keeper = new(
            home, "two", FakeKeeper.Record("two"), (128, Bytes(Welcome.Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal))));
        string message = (await Assert.ThrowsAsync<ConnectionLostException>(() => home.AttachAsync("two"))).Message;
        Assert.Contains("version 2 of the protocol, and this Tether speaks 1. Use a Tether of the version", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_RecordOfALaterVersion_IsListedWithTheReasonAndNotTouched()
    {
        await using TestHome home = new();
        await using FakeKeeper keeper = new(home, "later", FakeKeeper.Record("later", version: 2));
        ProcessRecord record = Assert.Single(await home.ListAsync());
        Assert.Equal(ProcessState.Lost, record.State);
        Assert.Contains("it has version 2, and this Tether knows versions up to 1: it was written by a newer one", record.Problem, StringComparison.Ordinal);
        Assert.Contains("Use that one", (await Assert.ThrowsAsync<CorruptRecordException>(() => home.AttachAsync("later"))).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => TetheredProcess.Remove("later", home.Options));
    }

    [Fact]
    public async Task Client_JournalThatIsMissing_LeavesNoConnectionBehind()
    {
        await using TestHome home = new();
        await using FakeKeeper keeper = new(home, "torn", FakeKeeper.Record("torn"), (128, Bytes(Welcome)));
        File.Delete(Path.Combine(home.Path, "torn", "stdout.log"));
        await Assert.ThrowsAsync<CorruptRecordException>(() => home.AttachAsync("torn"));

        // The keeper's side ends with the connection.
        await keeper.Served.WaitAsync(home.Bound);
    }

    [Theory]
    [InlineData("""{"magic":"tether","minimumVersion":1,"maximumVersion":1}""")]
    [InlineData("""{"later":[{}],"maximumVersion":9,"minimumVersion":0,"magic":"tether","client":null,"features":["x"]}""")]
    public async Task Keeper_ClientOfAnotherVersionWithVersion1InItsRange_SpeaksVersion1(string hello)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        using RawClient client = await RawClient.ConnectAsync(home, process.Name);
        await client.SendFrameAsync(RawClient.Hello, hello, home.Bound);
        (byte type, byte[] payload) = (await client.ReceiveAsync(home.Bound))!.Value;
        Assert.Equal(RawClient.Welcome, type);
        Assert.Contains("\"version\":1,", Encoding.UTF8.GetString(payload), StringComparison.Ordinal);

        // Types, members and bytes of a later version.
        await client.SendFrameAsync(99, new byte[300], home.Bound);
        await client.SendFrameAsync(RawClient.WaitOutput, [1, 0, 0, 0, 0, 0, 0, 0, 0, 77, 77], home.Bound);
        await client.SendFrameAsync(RawClient.Signal, """{"later":1,"id":3,"signal":28,"whom":"all"}""", home.Bound);
        (byte reply, byte[] done) = (await client.ReceiveAsync(home.Bound))!.Value;
        Assert.Equal((RawClient.Reply, """{"id":3,"error":null,"errno":0}"""), (reply, Encoding.UTF8.GetString(done)));
    }

    [Theory]
    [InlineData(2, 9)]
    [InlineData(-3, 0)]
    public async Task Keeper_ClientWithoutVersion1InItsRange_IsToldBothVersions(int minimum, int maximum)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        using RawClient client = await RawClient.ConnectAsync(home, process.Name);
        await client.SendFrameAsync(RawClient.Hello, $$"""{"magic":"tether","minimumVersion":{{minimum}},"maximumVersion":{{maximum}}}""", home.Bound);
        (byte type, byte[] payload) = (await client.ReceiveAsync(home.Bound))!.Value;
        Assert.Equal(RawClient.Error, type);
        Assert.Contains($"This keeper speaks version 1; the client speaks {minimum} to {maximum}.", Encoding.UTF8.GetString(payload), StringComparison.Ordinal);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}

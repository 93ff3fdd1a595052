using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tether.EndToEnd.Tests.Keep;

/// <summary>Whatever a client sends: its own connection ends, and nothing else changes.</summary>
public sealed class StrangerTests
{
    public static TheoryData<string, byte, string> BadFirstFrames() => new()
    {
        { "hello-expected", RawClient.Input, "data" },
        { "hello-expected", 0, "" },
        { "hello-expected", 255, "" },
        { "bad-magic", RawClient.Hello, """{"magic":"telnet","minimumVersion":1,"maximumVersion":1}""" },
        { "bad-magic", RawClient.Hello, "{}" },
        { "version", RawClient.Hello, """{"magic":"tether","minimumVersion":2,"maximumVersion":9}""" },
        { "bad-json", RawClient.Hello, "not json" },
        { "bad-json", RawClient.Hello, "" },
        { "bad-json", RawClient.Hello, "null" },
        { "bad-json", RawClient.Hello, """{"magic":7}""" },
    };

    public static TheoryData<string, byte, byte[]> BadLaterFrames() => new()
    {
        { "unexpected-hello", RawClient.Hello, """{"magic":"tether","minimumVersion":1,"maximumVersion":1}"""u8.ToArray() },
        { "bad-payload", RawClient.WaitOutput, [] },
        { "bad-payload", RawClient.WaitOutput, [1, 0, 0] },
        { "bad-stream", RawClient.WaitOutput, [3, 0, 0, 0, 0, 0, 0, 0, 0] },
        { "bad-offset", RawClient.WaitOutput, [1, 255, 255, 255, 255, 255, 255, 255, 255] },
        { "bad-offset", RawClient.Consumed, [1, 0, 0, 0, 0, 0, 0, 0, 1] },
        { "bad-offset", RawClient.Consumed, [1, 0, 0, 0, 0, 0, 0, 0, 128] },
        { "bad-json", RawClient.Signal, [] },
        { "bad-json", RawClient.Signal, "[1]"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(BadFirstFrames))]
    public async Task FirstFrame_NotAHello_EndsTheConnectionWithTheReason(string code, byte type, string payload)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        using RawClient stranger = await RawClient.ConnectAsync(home, process.Name);
        await stranger.SendFrameAsync(type, payload, home.Bound);
        Assert.Equal(code, await stranger.ReceiveErrorAsync(home.Bound));
        await AssertUnaffectedAsync(process, home);
    }

    [Theory]
    [MemberData(nameof(BadLaterFrames))]
    public async Task LaterFrame_ThatCannotBe_EndsTheConnectionWithTheReason(string code, byte type, byte[] payload)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        using RawClient stranger = await RawClient.ConnectAsync(home, process.Name);
        await stranger.BeWelcomedAsync(home.Bound);
        await stranger.SendFrameAsync(type, payload, home.Bound);
        Assert.Equal(code, await stranger.ReceiveErrorAsync(home.Bound));
        await AssertUnaffectedAsync(process, home);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Frame_LongerThanTheLimit_IsRefusedBeforeItCame(bool isWelcome)
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        foreach (uint length in (uint[])[65_537, int.MaxValue, uint.MaxValue])
        {
            using RawClient stranger = await RawClient.ConnectAsync(home, process.Name);
            if (isWelcome)
            {
                await stranger.BeWelcomedAsync(home.Bound);
            }

            byte[] header = new byte[5];
            BinaryPrimitives.WriteUInt32LittleEndian(header, length);
            header[4] = RawClient.Input;
            await stranger.SendAsync(header, home.Bound);
            Assert.Equal("frame-too-large", await stranger.ReceiveErrorAsync(home.Bound));
        }

        await AssertUnaffectedAsync(process, home);
    }

    [Fact]
    public async Task Frame_OfAnUnknownType_IsSkipped()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        using RawClient stranger = await RawClient.ConnectAsync(home, process.Name);
        await stranger.BeWelcomedAsync(home.Bound);
        foreach (byte type in (byte[])[0, 9, 63, 64, 127, 128, 200, 255])
        {
            await stranger.SendFrameAsync(type, new byte[1000], home.Bound);
        }

        await stranger.SendFrameAsync(RawClient.Signal, """{"id":5,"signal":77}""", home.Bound);
        (byte reply, byte[] payload) = (await stranger.ReceiveAsync(home.Bound))!.Value;
        Assert.Equal(RawClient.Reply, reply);
        Assert.Contains("There is no signal 77", System.Text.Encoding.UTF8.GetString(payload), StringComparison.Ordinal);
        await AssertUnaffectedAsync(process, home);
    }

    [Fact]
    public async Task Input_BeyondTheCredit_EndsTheConnectionOfThatClientAlone()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("sleep", "1000");
        using RawClient stranger = await RawClient.ConnectAsync(home, process.Name);
        await stranger.BeWelcomedAsync(home.Bound);
        // What the program's pipe takes is acknowledged and no longer in flight; a pipe takes at most 1 MiB.
        for (int i = 0; i < 24; i++)
        {
            try
            {
                await stranger.SendFrameAsync(RawClient.Input, new byte[65_536], home.Bound);
            }
            catch (LocalSocketException)
            {
                // It was refused by now.
                break;
            }
        }

        (byte Type, byte[] Payload)? frame;
        byte last = 0;
        while ((frame = await stranger.ReceiveAsync(home.Bound)) is not null)
        {
            last = frame.Value.Type;
        }

        Assert.Equal(RawClient.Error, last);
        await using TetheredProcess again = await home.AttachAsync(process.Name);
        Assert.Equal(ProcessState.Running, again.State);
    }

    [Fact]
    public async Task Garbage_InAnyAmount_NeitherEndsTheKeeperNorDisturbsOthers()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        for (int i = 0; i < 50; i++)
        {
            using RawClient stranger = await RawClient.ConnectAsync(home, process.Name);
            if (i % 2 == 0)
            {
                await stranger.BeWelcomedAsync(home.Bound);
            }

            byte[] garbage = RandomNumberGenerator.GetBytes(1 + (i * 997));
            // A frame that could be one: everything else is too long at once.
            garbage[^1] = (byte)i;
            try
            {
                await stranger.SendAsync(garbage, home.Bound);
            }
            catch (LocalSocketException)
            {
                // It was refused before all of it was sent.
            }
        }

        await AssertUnaffectedAsync(process, home);
    }

    [Fact]
    public async Task Client_ThatNeverReads_LosesItsConnectionAndHoldsUpNobody()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        using RawClient stranger = await RawClient.ConnectAsync(home, process.Name);
        await stranger.BeWelcomedAsync(home.Bound);
        byte[] request = [.. (ReadOnlySpan<byte>)[20, 0, 0, 0, RawClient.Signal], .. """{"id":1,"signal":77}"""u8];
        byte[] requests = [.. Enumerable.Repeat(request, 1000).SelectMany(bytes => bytes)];
        await Assert.ThrowsAsync<LocalSocketException>(async () =>
        {
            while (true)
            {
                await stranger.SendAsync(requests, home.Bound);
            }
        });
        await AssertUnaffectedAsync(process, home);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Client_ThatSaysNothing_IsToldAndLosesItsConnection()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        using RawClient silent = await RawClient.ConnectAsync(home, process.Name);
        using RawClient halfway = await RawClient.ConnectAsync(home, process.Name);
        await halfway.SendAsync(new byte[] { 50, 0, 0 }, home.Bound);
        Assert.Equal("hello-expected", await silent.ReceiveErrorAsync(home.Bound));
        Assert.Equal("hello-expected", await halfway.ReceiveErrorAsync(home.Bound));
        await AssertUnaffectedAsync(process, home);
    }

    [Fact]
    public async Task Connections_MoreThanTheLimit_AreRefusedAndLeaveNoDescriptor()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        await Waits.KeeperIsSettledAsync(process, home.Bound);
        int before = Descriptors(process.KeeperId);
        List<RawClient> clients = [];
        int welcome = 0;
        int refused = 0;
        for (int i = 0; i < 300; i++)
        {
            RawClient client = await RawClient.ConnectAsync(home, process.Name);
            clients.Add(client);
            try
            {
                await client.SendFrameAsync(RawClient.Hello, """{"magic":"tether","minimumVersion":1,"maximumVersion":1}""", home.Bound);
            }
            catch (LocalSocketException)
            {
                // It was refused already; why can still be read.
            }
        }

        foreach (RawClient client in clients)
        {
            if ((await client.ReceiveAsync(home.Bound))!.Value.Type == RawClient.Welcome)
            {
                welcome++;
            }
            else
            {
                refused++;
            }
        }

        // The launcher's own connection counts.
        Assert.Equal((255, 45), (welcome, refused));
        ConnectionLostException error = await Assert.ThrowsAsync<ConnectionLostException>(() => home.AttachAsync(process.Name));
        Assert.Contains("too-many-clients", error.Message, StringComparison.Ordinal);
        clients.ForEach(client => client.Dispose());
        await Waits.UntilAsync(() => Descriptors(process.KeeperId) == before, home.Bound);
        await AssertUnaffectedAsync(process, home);
    }

    [Fact]
    public async Task Input_CutAnywhere_ArrivesWhole()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        using RawClient stranger = await RawClient.ConnectAsync(home, process.Name);
        await stranger.BeWelcomedAsync(home.Bound);
        using RawClient other = await RawClient.ConnectAsync(home, process.Name);
        await other.BeWelcomedAsync(home.Bound);

        // All of it within the credit. Each piece ends elsewhere: within a header, behind it, within a payload, behind several frames.
        using MemoryStream frames = new();
        using MemoryStream payloads = new();
        Random random = new(4711);
        foreach (int size in (int[])[1, 65_536, 5, 0, 65_536, 3, 40_000, 65_536, 1])
        {
            byte[] payload = new byte[size];
            random.NextBytes(payload);
            payloads.Write(payload);
            frames.Write(BitConverter.GetBytes(size));
            frames.WriteByte(RawClient.Input);
            frames.Write(payload);
        }

        int[] pieces = [3, 2, 1, 4, 1, 30_000, 35_536, 7, 6, 2, 20_000, 50_535, 70_000];
        ReadOnlyMemory<byte> left = frames.ToArray();
        for (int i = 0; !left.IsEmpty; i++)
        {
            int length = Math.Min(left.Length, i < pieces.Length ? pieces[i] : 15_000);
            await stranger.SendAsync(left[..length], home.Bound);
            left = left[length..];
            // When the keeper has answered this, it has received that.
            await other.SendFrameAsync(RawClient.Signal, """{"id":1,"signal":77}""", home.Bound);
            Assert.Equal(RawClient.Reply, (await other.ReceiveAsync(home.Bound))!.Value.Type);
        }

        byte[] arrived = new byte[payloads.Length];
        await using OutputReadStream output = process.StandardOutput.OpenRead();
        await output.ReadExactlyAsync(arrived, home.Bound);
        Assert.True(payloads.ToArray().AsSpan().SequenceEqual(arrived));
    }

    [Fact]
    public async Task Input_OfAClientThatWentBeforeItWasRead_IsDeliveredWhole()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        using (RawClient stranger = await RawClient.ConnectAsync(home, process.Name))
        {
            await stranger.BeWelcomedAsync(home.Bound);
            await SignalAsync("STOP", process.KeeperId, home.Bound);
            await Waits.UntilAsync(() => File.ReadAllText($"/proc/{process.KeeperId}/stat").Contains(") T ", StringComparison.Ordinal), home.Bound);
            await stranger.SendFrameAsync(RawClient.Input, "one "u8, home.Bound);
            await stranger.SendFrameAsync(RawClient.Input, "two "u8, home.Bound);
            await stranger.SendFrameAsync(RawClient.Input, "three "u8, home.Bound);
        }

        await SignalAsync("CONT", process.KeeperId, home.Bound);
        await using (TetheredProcess again = await home.AttachAsync(process.Name))
        {
            Assert.Equal(14, again.StandardInput.StartPosition);
            await again.StandardInput.CompleteAsync(home.Bound);
        }

        Assert.Equal("one two three ", await process.StandardOutput.ReadTextAsync(home.Bound));
    }

    private static async Task SignalAsync(string signal, int pid, CancellationToken bound)
    {
        using System.Diagnostics.Process kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", $"{pid}"]);
        await kill.WaitForExitAsync(bound);
        Assert.Equal(0, kill.ExitCode);
    }

    private static async Task AssertUnaffectedAsync(TetheredProcess process, TestHome home)
    {
        await using TetheredProcess again = await home.AttachAsync(process.Name);
        await again.StandardInput.WriteTextAsync("still ", home.Bound);
        await again.StandardInput.FlushAsync(home.Bound);
        await process.StandardInput.WriteTextAsync("there", home.Bound);
        await process.StandardInput.CompleteAsync(home.Bound);
        Assert.Equal("still there", await again.StandardOutput.ReadTextAsync(home.Bound));
        Assert.Equal(0, (await process.WaitForExitAsync(home.Bound)).ExitCode);
    }

    private static int Descriptors(int pid) => Directory.GetFiles($"/proc/{pid}/fd").Length;
}

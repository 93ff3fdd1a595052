using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Tether.Tests.Protocol;

namespace Tether.EndToEnd.Tests;

/// <summary>The worked sessions of docs/protocol.md, played again with a live keeper: it answers what the page says, byte for byte.</summary>
public sealed class DocumentedSessionsTests
{
    private const int HeaderSize = 5;

    // What differs from keeper to keeper and from run to run.
    private static readonly string[] Varying = ["keeper", "time"];

    [Fact]
    public async Task Sessions_PlayedAgain_GetTheDocumentedAnswers()
    {
        await using TestHome home = new();
        await using TetheredProcess cat = await home.StartAsync("cat");
        await using TetheredProcess sleep = await home.StartAsync("sleep", "60");
        List<List<(bool ToKeeper, byte[] Bytes)>> connections = Connections();
        Assert.Equal(3, connections.Count);

        await PlayAsync(home, cat.Name, connections[0]);
        await PlayAsync(home, sleep.Name, connections[1]);
        await PlayAsync(home, sleep.Name, connections[2]);

        Assert.Equal(0, (await cat.WaitForExitAsync(home.Bound)).ExitCode);
        Assert.Equal("SIGTERM", (await sleep.WaitForExitAsync(home.Bound)).SignalName);
    }

    /// <summary>A connection starts with a hello, or with the stranger's first bytes.</summary>
    private static List<List<(bool ToKeeper, byte[] Bytes)>> Connections()
    {
        List<List<(bool, byte[])>> connections = [];
        foreach (var piece in DocumentedFrames.Sent())
        {
            if (piece.ToKeeper && (piece.Bytes[4] == 1 || piece.Bytes.AsSpan().StartsWith("GET "u8)))
            {
                connections.Add([]);
            }

            connections[^1].Add(piece);
        }

        return connections;
    }

    private static async Task PlayAsync(TestHome home, string name, List<(bool ToKeeper, byte[] Bytes)> connection)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(home.Path, name, "socket")), home.Bound);
        await using NetworkStream stream = new(socket);
        foreach (var (toKeeper, bytes) in connection)
        {
            if (toKeeper)
            {
                await stream.WriteAsync(bytes, home.Bound);
                continue;
            }

            byte[] header = new byte[HeaderSize];
            await stream.ReadExactlyAsync(header, home.Bound);
            byte[] payload = new byte[BinaryPrimitives.ReadInt32LittleEndian(header)];
            await stream.ReadExactlyAsync(payload, home.Bound);
            Assert.Equal(bytes[4], header[4]);
            Assert.Equal(Comparable(bytes[HeaderSize..]), Comparable(payload));
        }

        Assert.Equal(0, await stream.ReadAsync(new byte[1], home.Bound));
    }

    private static string Comparable(byte[] payload)
    {
        if (payload is not [(byte)'{', ..])
        {
            return Convert.ToHexString(payload);
        }

        JsonObject json = JsonNode.Parse(payload)!.AsObject();
        foreach (string member in Varying)
        {
            json.Remove(member);
        }

        return json.ToJsonString();
    }
}

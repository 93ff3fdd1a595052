using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Tether.EndToEnd.Tests.Keep;

/// <summary>A client that speaks the protocol by hand, well or badly.</summary>
internal sealed class RawClient : IDisposable
{
    internal const byte Hello = 1;
    internal const byte Input = 2;
    internal const byte CloseInput = 3;
    internal const byte WaitOutput = 4;
    internal const byte Consumed = 5;
    internal const byte Signal = 6;
    internal const byte Welcome = 128;
    internal const byte InputClosed = 130;
    internal const byte Output = 131;
    internal const byte Exited = 132;
    internal const byte Reply = 133;
    internal const byte Error = 134;

    private readonly LocalSocket _socket;

    private RawClient(LocalSocket socket) => _socket = socket;

    /// <summary>As docs/protocol.md says it: the endpoint is where the record names one, else its file "socket".</summary>
    internal static async Task<RawClient> ConnectAsync(TestHome home, string name)
    {
        string directory = Path.Combine(home.Path, name);
        using JsonDocument record = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(directory, "record.json"), home.Bound));
        string endpoint = record.RootElement.TryGetProperty("endpoint", out JsonElement named) ? named.GetString()! : Path.Combine(directory, "socket");
        return new RawClient(await LocalSocket.ConnectAsync(endpoint, TimeSpan.FromSeconds(30), home.Bound));
    }

    internal static byte[] Frame(byte type, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[5 + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, payload.Length);
        frame[4] = type;
        payload.CopyTo(frame.AsSpan(5));
        return frame;
    }

    internal Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken bound) => _socket.WriteAsync(bytes, bound).AsTask();

    internal Task SendFrameAsync(byte type, ReadOnlySpan<byte> payload, CancellationToken bound) => SendAsync(Frame(type, payload), bound);

    internal Task SendFrameAsync(byte type, string json, CancellationToken bound) => SendFrameAsync(type, Encoding.UTF8.GetBytes(json), bound);

    /// <summary>The next frame; null at the end of the connection.</summary>
    internal async Task<(byte Type, byte[] Payload)?> ReceiveAsync(CancellationToken bound)
    {
        byte[]? header = await ReceiveAsync(5, bound);
        if (header is null)
        {
            return null;
        }

        byte[]? payload = await ReceiveAsync(BinaryPrimitives.ReadInt32LittleEndian(header), bound);
        return payload is null ? null : (header[4], payload);
    }

    /// <summary>Expects an error frame and then the end of the connection. Returns the error's code.</summary>
    internal async Task<string> ReceiveErrorAsync(CancellationToken bound)
    {
        (byte type, byte[] payload) = (await ReceiveAsync(bound))!.Value;
        Assert.Equal(Error, type);
        Assert.Null(await ReceiveAsync(bound));
        using JsonDocument error = JsonDocument.Parse(payload);
        Assert.NotEmpty(error.RootElement.GetProperty("message").GetString()!);
        return error.RootElement.GetProperty("code").GetString()!;
    }

    internal async Task BeWelcomedAsync(CancellationToken bound)
    {
        await SendFrameAsync(Hello, """{"magic":"tether","minimumVersion":1,"maximumVersion":1}""", bound);
        Assert.Equal(Welcome, (await ReceiveAsync(bound))!.Value.Type);
    }

    public void Dispose() => _socket.Dispose();

    private async Task<byte[]?> ReceiveAsync(int length, CancellationToken bound)
    {
        byte[] bytes = new byte[length];
        int filled = 0;
        while (filled < length)
        {
            int received;
            try
            {
                received = await _socket.ReadAsync(bytes.AsMemory(filled), bound);
            }
            catch (LocalSocketException error) when (error.Error == LocalSocketError.PeerClosed)
            {
                // The keeper closed before it had read everything that was sent.
                return null;
            }

            if (received == 0)
            {
                return null;
            }

            filled += received;
        }

        return bytes;
    }
}

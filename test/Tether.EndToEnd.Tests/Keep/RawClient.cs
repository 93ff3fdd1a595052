using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Tether.EndToEnd.Tests.Keep;

/// <summary>A client that speaks the protocol by hand, well or badly.</summary>
internal sealed class RawClient : IDisposable
{
    internal const byte Hello = 1;
    internal const byte Input = 2;
    internal const byte WaitOutput = 4;
    internal const byte Consumed = 5;
    internal const byte Signal = 6;
    internal const byte Welcome = 128;
    internal const byte Reply = 133;
    internal const byte Error = 134;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    internal Socket Socket => _socket;

    internal static async Task<RawClient> ConnectAsync(TestHome home, string name)
    {
        RawClient client = new();
        while (true)
        {
            try
            {
                await client._socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(home.Path, name, "socket")), home.Bound);
                return client;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.WouldBlock)
            {
                // The keeper's queue is full; it is being emptied.
                await Task.Yield();
            }
        }
    }

    internal async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken bound)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, bound)..];
        }
    }

    internal Task SendFrameAsync(byte type, ReadOnlySpan<byte> payload, CancellationToken bound)
    {
        byte[] frame = new byte[5 + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, payload.Length);
        frame[4] = type;
        payload.CopyTo(frame.AsSpan(5));
        return SendAsync(frame, bound);
    }

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
                received = await _socket.ReceiveAsync(bytes.AsMemory(filled), bound);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
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

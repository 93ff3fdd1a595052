using System.Buffers;
using System.Text.Json;

namespace Tether.Protocol;

/// <summary>The JSON of control messages, as payloads of frames.</summary>
internal static class ProtocolJson
{
    /// <summary>Most messages are smaller.</summary>
    private const int UsualSize = 512;

    /// <summary>A whole frame around the JSON of <paramref name="message"/>.</summary>
    internal static byte[] Frame<T>(FrameType type, T message)
        where T : class, IJsonObject<T>
    {
        ArrayBufferWriter<byte> frame = new(UsualSize);
        frame.Write(stackalloc byte[Protocol.Frame.HeaderSize]);
        Write(frame, message);
        byte[] bytes = frame.WrittenSpan.ToArray();
        Protocol.Frame.WriteHeader(bytes, type, bytes.Length - Protocol.Frame.HeaderSize);
        return bytes;
    }

    /// <summary>The JSON alone, as it stands in a file.</summary>
    internal static byte[] Bytes<T>(T value)
        where T : class, IJsonObject<T>
    {
        ArrayBufferWriter<byte> json = new(UsualSize);
        Write(json, value);
        return json.WrittenSpan.ToArray();
    }

    /// <exception cref="ProtocolException">The payload is not the JSON that the frame's type asks for.</exception>
    internal static T Read<T>(ReadOnlySpan<byte> payload)
        where T : class, IJsonObject<T>
    {
        try
        {
            return JsonMembers.ReadWhole<T>(payload) ?? throw new ProtocolException("bad-json", $"The {typeof(T).Name} is null.");
        }
        catch (JsonException error)
        {
            throw new ProtocolException("bad-json", $"The {typeof(T).Name} cannot be read: {error.Message}");
        }
    }

    private static void Write<T>(ArrayBufferWriter<byte> output, T value)
        where T : class, IJsonObject<T>
    {
        using Utf8JsonWriter writer = new(output, new JsonWriterOptions { Encoder = JsonTextEncoder.Instance });
        value.Write(writer);
    }
}

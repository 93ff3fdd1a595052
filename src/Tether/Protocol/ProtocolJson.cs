using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Tether.Protocol;

/// <summary>The JSON of control messages and record files: source-generated, so that it works in an ahead-of-time compiled program.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = true,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(HelloMessage))]
[JsonSerializable(typeof(WelcomeMessage))]
[JsonSerializable(typeof(SignalMessage))]
[JsonSerializable(typeof(StopMessage))]
[JsonSerializable(typeof(ReplyMessage))]
[JsonSerializable(typeof(ErrorMessage))]
[JsonSerializable(typeof(StartedMessage))]
[JsonSerializable(typeof(StartFailedMessage))]
[JsonSerializable(typeof(Records.RecordFile))]
[JsonSerializable(typeof(Records.ExitFile))]
internal sealed partial class ProtocolJson : JsonSerializerContext
{
    /// <summary>A whole frame around the JSON of <paramref name="message"/>.</summary>
    internal static byte[] Frame<T>(FrameType type, T message, JsonTypeInfo<T> typeInfo) =>
        Protocol.Frame.Create(type, JsonSerializer.SerializeToUtf8Bytes(message, typeInfo));

    /// <exception cref="ProtocolException">The payload is not the JSON that the frame's type asks for.</exception>
    internal static T Read<T>(ReadOnlySpan<byte> payload, JsonTypeInfo<T> typeInfo)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(payload, typeInfo) ?? throw new ProtocolException("bad-json", $"The {typeof(T).Name} is null.");
        }
        catch (JsonException error)
        {
            throw new ProtocolException("bad-json", $"The {typeof(T).Name} cannot be read: {error.Message}");
        }
    }
}

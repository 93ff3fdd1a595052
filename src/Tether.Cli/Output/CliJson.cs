using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Tether.Cli.Output;

/// <summary>What <c>--json</c> prints, source-generated: it starts fast and works ahead of time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RecordJson))]
[JsonSerializable(typeof(RecordJson[]))]
[JsonSerializable(typeof(DoctorJson))]
[JsonSerializable(typeof(WhoJson))]
internal sealed partial class CliJson : JsonSerializerContext
{
    internal static void Write(RecordJson record) => Write(record, Default.RecordJson);

    internal static void Write(RecordJson[] records) => Write(records, Default.RecordJsonArray);

    internal static void Write(DoctorJson report) => Write(report, Default.DoctorJson);

    internal static void Write(WhoJson holders) => Write(holders, Default.WhoJson);

    /// <summary>Indented for a person, one line for a program; characters that JSON lets stand are not escaped.</summary>
    private static void Write<T>(T value, JsonTypeInfo<T> typeInfo)
    {
        ArrayBufferWriter<byte> json = new();
        JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = StandardStreams.IsOutputTerminal };
        using (Utf8JsonWriter writer = new(json, options))
        {
            JsonSerializer.Serialize(writer, value, typeInfo);
        }

        json.Write("\n"u8);
        StandardStreams.Output.Write(json.WrittenSpan);
    }
}

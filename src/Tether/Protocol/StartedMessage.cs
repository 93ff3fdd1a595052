using System.Text.Json;
using Tether.Records;

namespace Tether.Protocol;

/// <summary>The answer to a start or an adoption that went well.</summary>
internal sealed record StartedMessage : IJsonObject<StartedMessage>
{
    /// <summary>The record, without the arguments.</summary>
    public required RecordFile Record { get; init; }

    public static StartedMessage Read(ref Utf8JsonReader reader)
    {
        RecordFile? record = null;
        while (reader.NextMember())
        {
            if (reader.Is("record"u8))
                record = reader.ReadObject<RecordFile>();
            else
                reader.SkipValue();
        }

        return new StartedMessage { Record = record ?? throw JsonMembers.Missing("record") };
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteObject("record"u8, Record);
        writer.WriteEndObject();
    }
}

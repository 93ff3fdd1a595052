using System.Text.Json;

namespace Tether.Protocol;

internal sealed record StopMessage : IJsonObject<StopMessage>
{
    public required int Id { get; init; }

    /// <summary>How long the program has after the request to end by itself; null takes what it was started with. 0 kills at once.</summary>
    public long? GraceMilliseconds { get; init; }

    public static StopMessage Read(ref Utf8JsonReader reader)
    {
        int? id = null;
        long? grace = null;
        while (reader.NextMember())
        {
            if (reader.Is("id"u8))
                id = reader.ReadInt32();
            else if (reader.Is("graceMilliseconds"u8))
                grace = reader.ReadInt64OrNull();
            else
                reader.SkipValue();
        }

        return new StopMessage { Id = id ?? throw JsonMembers.Missing("id"), GraceMilliseconds = grace };
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id"u8, Id);
        if (GraceMilliseconds is { } grace)
        {
            writer.WriteNumber("graceMilliseconds"u8, grace);
        }
        else
        {
            writer.WriteNull("graceMilliseconds"u8);
        }

        writer.WriteEndObject();
    }
}

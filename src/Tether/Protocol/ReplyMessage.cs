using System.Text.Json;

namespace Tether.Protocol;

/// <summary>The answer to a signal or a stop.</summary>
internal sealed record ReplyMessage : IJsonObject<ReplyMessage>
{
    public required int Id { get; init; }

    /// <summary>Null when the request was carried out.</summary>
    public string? Error { get; init; }

    public int Errno { get; init; }

    public static ReplyMessage Read(ref Utf8JsonReader reader)
    {
        int? id = null;
        string? error = null;
        int errno = 0;
        while (reader.NextMember())
        {
            if (reader.Is("id"u8))
                id = reader.ReadInt32();
            else if (reader.Is("error"u8))
                error = reader.ReadStringOrNull();
            else if (reader.Is("errno"u8))
                errno = reader.ReadInt32();
            else
                reader.SkipValue();
        }

        return new ReplyMessage { Id = id ?? throw JsonMembers.Missing("id"), Error = error, Errno = errno };
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id"u8, Id);
        writer.WriteString("error"u8, Error);
        writer.WriteNumber("errno"u8, Errno);
        writer.WriteEndObject();
    }
}

using System.Text.Json;

namespace Tether.Protocol;

/// <summary>An <see cref="UnsafeDirectoryException"/> of the keeper's.</summary>
internal sealed record UnsafeDirectoryMessage : IJsonObject<UnsafeDirectoryMessage>
{
    public required string Path { get; init; }

    public required string Reason { get; init; }

    public required string Remedy { get; init; }

    public static UnsafeDirectoryMessage Read(ref Utf8JsonReader reader)
    {
        string? path = null, reason = null, remedy = null;
        while (reader.NextMember())
        {
            if (reader.Is("path"u8))
                path = reader.ReadString();
            else if (reader.Is("reason"u8))
                reason = reader.ReadString();
            else if (reader.Is("remedy"u8))
                remedy = reader.ReadString();
            else
                reader.SkipValue();
        }

        return new UnsafeDirectoryMessage
        {
            Path = path ?? throw JsonMembers.Missing("path"),
            Reason = reason ?? throw JsonMembers.Missing("reason"),
            Remedy = remedy ?? throw JsonMembers.Missing("remedy"),
        };
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("path"u8, Path);
        writer.WriteString("reason"u8, Reason);
        writer.WriteString("remedy"u8, Remedy);
        writer.WriteEndObject();
    }
}

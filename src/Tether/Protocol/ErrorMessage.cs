using System.Text.Json;

namespace Tether.Protocol;

/// <summary>What a keeper says before it closes the connection of a client that broke the protocol.</summary>
internal sealed record ErrorMessage : IJsonObject<ErrorMessage>
{
    public required string Code { get; init; }

    public required string Message { get; init; }

    public static ErrorMessage Read(ref Utf8JsonReader reader)
    {
        string? code = null, message = null;
        while (reader.NextMember())
        {
            if (reader.Is("code"u8))
                code = reader.ReadString();
            else if (reader.Is("message"u8))
                message = reader.ReadString();
            else
                reader.SkipValue();
        }

        return new ErrorMessage { Code = code ?? throw JsonMembers.Missing("code"), Message = message ?? throw JsonMembers.Missing("message") };
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("code"u8, Code);
        writer.WriteString("message"u8, Message);
        writer.WriteEndObject();
    }
}

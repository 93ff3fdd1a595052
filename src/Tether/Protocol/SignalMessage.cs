using System.Text.Json;

namespace Tether.Protocol;

internal sealed record SignalMessage : IJsonObject<SignalMessage>
{
    public required int Id { get; init; }

    /// <summary>The signal's number on this system.</summary>
    public required int Signal { get; init; }

    /// <summary>True for the program and all that came from it, false for the program alone.</summary>
    public bool Tree { get; init; }

    public static SignalMessage Read(ref Utf8JsonReader reader)
    {
        int? id = null, signal = null;
        bool tree = false;
        while (reader.NextMember())
        {
            if (reader.Is("id"u8))
                id = reader.ReadInt32();
            else if (reader.Is("signal"u8))
                signal = reader.ReadInt32();
            else if (reader.Is("tree"u8))
                tree = reader.ReadBoolean();
            else
                reader.SkipValue();
        }

        return new SignalMessage { Id = id ?? throw JsonMembers.Missing("id"), Signal = signal ?? throw JsonMembers.Missing("signal"), Tree = tree };
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id"u8, Id);
        writer.WriteNumber("signal"u8, Signal);
        writer.WriteBoolean("tree"u8, Tree);
        writer.WriteEndObject();
    }
}

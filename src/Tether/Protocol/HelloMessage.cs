using System.Text.Json;

namespace Tether.Protocol;

/// <summary>The first frame of a client.</summary>
internal sealed record HelloMessage : IJsonObject<HelloMessage>
{
    public string? Magic { get; init; }

    /// <summary>The lowest protocol version that the client speaks.</summary>
    public int MinimumVersion { get; init; }

    /// <summary>The highest protocol version that the client speaks.</summary>
    public int MaximumVersion { get; init; }

    /// <summary>For people who read a trace; no behaviour hangs on it.</summary>
    public string? Client { get; init; }

    public IReadOnlyList<string>? Features { get; init; }

    public static HelloMessage Read(ref Utf8JsonReader reader)
    {
        string? magic = null, client = null;
        int minimum = 0, maximum = 0;
        IReadOnlyList<string>? features = null;
        while (reader.NextMember())
        {
            if (reader.Is("magic"u8))
                magic = reader.ReadStringOrNull();
            else if (reader.Is("minimumVersion"u8))
                minimum = reader.ReadInt32();
            else if (reader.Is("maximumVersion"u8))
                maximum = reader.ReadInt32();
            else if (reader.Is("client"u8))
                client = reader.ReadStringOrNull();
            else if (reader.Is("features"u8))
                features = reader.ReadStringsOrNull();
            else
                reader.SkipValue();
        }

        return new HelloMessage { Magic = magic, MinimumVersion = minimum, MaximumVersion = maximum, Client = client, Features = features };
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("magic"u8, Magic);
        writer.WriteNumber("minimumVersion"u8, MinimumVersion);
        writer.WriteNumber("maximumVersion"u8, MaximumVersion);
        writer.WriteString("client"u8, Client);
        writer.WriteStrings("features"u8, Features);
        writer.WriteEndObject();
    }
}

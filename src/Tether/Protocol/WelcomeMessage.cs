using System.Text.Json;
using Tether.Records;

namespace Tether.Protocol;

/// <summary>The answer to a hello.</summary>
internal sealed record WelcomeMessage : IJsonObject<WelcomeMessage>
{
    public required string Magic { get; init; }

    /// <summary>The version that both sides speak from here on.</summary>
    public required int Version { get; init; }

    public required string Keeper { get; init; }

    public required IReadOnlyList<string> Features { get; init; }

    public required int MaximumPayload { get; init; }

    public required int InputCredit { get; init; }

    public required long InputPosition { get; init; }

    public required bool InputOpen { get; init; }

    /// <summary>Set when the program has ended.</summary>
    public ExitFile? Exit { get; init; }

    public static WelcomeMessage Read(ref Utf8JsonReader reader)
    {
        string? magic = null, keeper = null;
        int? version = null, maximumPayload = null, inputCredit = null;
        long? inputPosition = null;
        bool? inputOpen = null;
        IReadOnlyList<string>? features = null;
        ExitFile? exit = null;
        while (reader.NextMember())
        {
            if (reader.Is("magic"u8))
                magic = reader.ReadString();
            else if (reader.Is("version"u8))
                version = reader.ReadInt32();
            else if (reader.Is("keeper"u8))
                keeper = reader.ReadString();
            else if (reader.Is("features"u8))
                features = reader.ReadStrings();
            else if (reader.Is("maximumPayload"u8))
                maximumPayload = reader.ReadInt32();
            else if (reader.Is("inputCredit"u8))
                inputCredit = reader.ReadInt32();
            else if (reader.Is("inputPosition"u8))
                inputPosition = reader.ReadInt64();
            else if (reader.Is("inputOpen"u8))
                inputOpen = reader.ReadBoolean();
            else if (reader.Is("exit"u8))
                exit = reader.ReadObjectOrNull<ExitFile>();
            else
                reader.SkipValue();
        }

        return new WelcomeMessage
        {
            Magic = magic ?? throw JsonMembers.Missing("magic"),
            Version = version ?? throw JsonMembers.Missing("version"),
            Keeper = keeper ?? throw JsonMembers.Missing("keeper"),
            Features = features ?? throw JsonMembers.Missing("features"),
            MaximumPayload = maximumPayload ?? throw JsonMembers.Missing("maximumPayload"),
            InputCredit = inputCredit ?? throw JsonMembers.Missing("inputCredit"),
            InputPosition = inputPosition ?? throw JsonMembers.Missing("inputPosition"),
            InputOpen = inputOpen ?? throw JsonMembers.Missing("inputOpen"),
            Exit = exit,
        };
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("magic"u8, Magic);
        writer.WriteNumber("version"u8, Version);
        writer.WriteString("keeper"u8, Keeper);
        writer.WriteStrings("features"u8, Features);
        writer.WriteNumber("maximumPayload"u8, MaximumPayload);
        writer.WriteNumber("inputCredit"u8, InputCredit);
        writer.WriteNumber("inputPosition"u8, InputPosition);
        writer.WriteBoolean("inputOpen"u8, InputOpen);
        writer.WriteObject("exit"u8, Exit);
        writer.WriteEndObject();
    }
}

using System.Text.Json;
using Tether.Protocol;

namespace Tether.Records;

/// <summary>What a standard stream is connected to that the keeper does not keep, as <c>record.json</c> has it.</summary>
internal sealed record StreamFile : IJsonObject<StreamFile>
{
    /// <summary>In the order of their values.</summary>
    private static readonly string[] Kinds =
    [
        nameof(ProcessStreamKind.Kept), nameof(ProcessStreamKind.Null), nameof(ProcessStreamKind.File), nameof(ProcessStreamKind.Forwarded),
        nameof(ProcessStreamKind.Descriptor), nameof(ProcessStreamKind.Merged), nameof(ProcessStreamKind.Process),
    ];

    public required ProcessStreamKind Kind { get; init; }

    /// <summary>The absolute path of a file; a byte that is not UTF-8 is shown as U+FFFD here.</summary>
    public string? Path { get; init; }

    public bool Append { get; init; }

    /// <summary>The name of the program at the other end of a pipeline.</summary>
    public string? ProcessName { get; init; }

    /// <summary>Null stands for a stream that is kept.</summary>
    internal static ProcessStream ToStream(StreamFile? file) =>
        file is null ? ProcessStream.Kept : ProcessStream.OfRecord(file.Kind, file.Path, file.Append, file.ProcessName);

    public static StreamFile Read(ref Utf8JsonReader reader)
    {
        ProcessStreamKind? kind = null;
        string? path = null, processName = null;
        bool append = false;
        while (reader.NextMember())
        {
            if (reader.Is("kind"u8))
                kind = (ProcessStreamKind)reader.ReadWord(Kinds);
            else if (reader.Is("path"u8))
                path = reader.ReadStringOrNull();
            else if (reader.Is("append"u8))
                append = reader.ReadBoolean();
            else if (reader.Is("processName"u8))
                processName = reader.ReadStringOrNull();
            else
                reader.SkipValue();
        }

        return new StreamFile { Kind = kind ?? throw JsonMembers.Missing("kind"), Path = path, Append = append, ProcessName = processName };
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("kind"u8, Kinds[(int)Kind]);
        writer.WriteString("path"u8, Path);
        writer.WriteBoolean("append"u8, Append);
        writer.WriteString("processName"u8, ProcessName);
        writer.WriteEndObject();
    }
}

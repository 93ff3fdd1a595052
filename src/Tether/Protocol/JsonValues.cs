using System.Text.Json;

namespace Tether.Protocol;

/// <summary>The writing of members that may be null and are no single value.</summary>
internal static class JsonValues
{
    internal static void WriteObject<T>(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, T? value)
        where T : class, IJsonObject<T>
    {
        writer.WritePropertyName(name);
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            value.Write(writer);
        }
    }

    internal static void WriteStrings(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<string>? values)
    {
        if (values is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartArray(name);
        foreach (string value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    internal static void WriteInt32s(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<int>? values)
    {
        if (values is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartArray(name);
        foreach (int value in values)
        {
            writer.WriteNumberValue(value);
        }

        writer.WriteEndArray();
    }
}

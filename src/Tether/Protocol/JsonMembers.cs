using System.Text.Json;

namespace Tether.Protocol;

/// <summary>
/// The reading of JSON objects, member by member: <c>NextMember</c>, then the name by <c>Is</c>, then the value by one of the others, or
/// <c>SkipValue</c>.
/// </summary>
internal static class JsonMembers
{
    /// <summary>The one object that <paramref name="json"/> is; null when it is the word null.</summary>
    /// <exception cref="JsonException">It is not the JSON of such an object.</exception>
    internal static T? ReadWhole<T>(ReadOnlySpan<byte> json)
        where T : class, IJsonObject<T>
    {
        Utf8JsonReader reader = new(json);
        if (!reader.Read())
        {
            throw new JsonException("it is empty");
        }

        T? value = reader.CurrentObject<T>();
        // Throws when anything but white space follows.
        _ = reader.Read();
        return value;
    }

    /// <summary>Goes on to the next member's name; false at the end of the object.</summary>
    internal static bool NextMember(this ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Whether that is the member's name.</summary>
    internal static bool Is(this ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => reader.ValueTextEquals(name);

    internal static void SkipValue(this ref Utf8JsonReader reader)
    {
        _ = reader.Read();
        reader.Skip();
    }

    internal static T ReadObject<T>(this ref Utf8JsonReader reader)
        where T : class, IJsonObject<T> => reader.ReadObjectOrNull<T>() ?? throw reader.Expected("an object");

    internal static T? ReadObjectOrNull<T>(this ref Utf8JsonReader reader)
        where T : class, IJsonObject<T>
    {
        _ = reader.Read();
        return reader.CurrentObject<T>();
    }

    internal static int ReadInt32(this ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int value) ? value : throw reader.Expected("a 32-bit number");

    internal static long ReadInt64(this ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) ? value : throw reader.Expected("a 64-bit number");

    internal static long? ReadInt64OrNull(this ref Utf8JsonReader reader)
    {
        _ = reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null
            : reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) ? value
            : throw reader.Expected("a 64-bit number or null");
    }

    internal static bool ReadBoolean(this ref Utf8JsonReader reader)
    {
        _ = reader.Read();
        return reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.TokenType == JsonTokenType.True : throw reader.Expected("true or false");
    }

    internal static DateTimeOffset ReadTime(this ref Utf8JsonReader reader) => reader.ReadTimeOrNull() ?? throw reader.Expected("a time");

    internal static DateTimeOffset? ReadTimeOrNull(this ref Utf8JsonReader reader)
    {
        _ = reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null
            : reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out DateTimeOffset value) ? value
            : throw reader.Expected("a time");
    }

    internal static string ReadString(this ref Utf8JsonReader reader)
    {
        _ = reader.Read();
        return reader.CurrentString();
    }

    internal static string? ReadStringOrNull(this ref Utf8JsonReader reader)
    {
        _ = reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : reader.CurrentString();
    }

    internal static IReadOnlyList<string> ReadStrings(this ref Utf8JsonReader reader) => reader.ReadStringsOrNull() ?? throw reader.Expected("an array");

    internal static IReadOnlyList<string>? ReadStringsOrNull(this ref Utf8JsonReader reader)
    {
        if (!reader.EnterArray())
        {
            return null;
        }

        List<string> values = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            values.Add(reader.CurrentString());
        }

        return values;
    }

    internal static IReadOnlyList<int>? ReadInt32sOrNull(this ref Utf8JsonReader reader)
    {
        if (!reader.EnterArray())
        {
            return null;
        }

        List<int> values = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            values.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int value) ? value : throw reader.Expected("a 32-bit number"));
        }

        return values;
    }

    /// <summary>Reads one of <paramref name="words"/>, in whatever case, and returns its index.</summary>
    internal static int ReadWord(this ref Utf8JsonReader reader, string[] words)
    {
        string word = reader.ReadString();
        int index = Array.FindIndex(words, known => known.Equals(word, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? index : throw new JsonException($"'{word}' is none of {string.Join(", ", words)}");
    }

    /// <summary>What a reader throws that did not meet a member that must be there.</summary>
    internal static JsonException Missing(string name) => new($"the member '{name}' is missing");

    private static T? CurrentObject<T>(this ref Utf8JsonReader reader)
        where T : class, IJsonObject<T> => reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.StartObject => T.Read(ref reader),
            _ => throw reader.Expected("an object"),
        };

    private static bool EnterArray(this ref Utf8JsonReader reader)
    {
        _ = reader.Read();
        return reader.TokenType == JsonTokenType.StartArray || (reader.TokenType == JsonTokenType.Null ? false : throw reader.Expected("an array"));
    }

    private static string CurrentString(this ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw reader.Expected("a text");
        }

        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new JsonException($"the text at byte {reader.TokenStartIndex} is not UTF-8: {error.Message}", error);
        }
    }

    private static JsonException Expected(this ref Utf8JsonReader reader, string what) => new($"{what} was expected at byte {reader.TokenStartIndex}, not {reader.TokenType}");
}

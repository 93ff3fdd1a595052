using System.Text.Json;

namespace Tether.Protocol;

/// <summary>
/// A message of the protocol, or a file of a record, that reads and writes its own JSON. A serializer's metadata would take a keeper a
/// millisecond of each start, and memory for as long as it lives. A test holds the two together.
/// </summary>
internal interface IJsonObject<TSelf>
    where TSelf : class, IJsonObject<TSelf>
{
    /// <summary>Reads an object whose start is the reader's token. Members that are unknown are ignored; of two with one name the last counts.</summary>
    /// <exception cref="JsonException">It is not the object that it should be.</exception>
    static abstract TSelf Read(ref Utf8JsonReader reader);

    void Write(Utf8JsonWriter writer);
}

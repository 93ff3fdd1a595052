using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Tether.Tests.Protocol;

/// <summary>.NET's own serializer of the same objects, with which earlier versions wrote and read them: the reference for ours.</summary>
internal static class Serializer
{
    /// <summary>Members that are left out when they say nothing.</summary>
    private static readonly string[] Optional = ["endpoint", "boundToJob", "unseen", "statusName"];

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOut } },
    };

    internal static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    internal static T? Read<T>(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<T>(json, Options);

    private static void LeaveOut(JsonTypeInfo type)
    {
        foreach (JsonPropertyInfo property in type.Properties.Where(property => Optional.Contains(property.Name)))
        {
            property.ShouldSerialize = static (_, value) => value is not (null or false);
        }
    }
}

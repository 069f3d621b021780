using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Decoding;

/// <summary>
/// Says why JSON did not fit, in words of the contract only. The messages of System.Text.Json quote characters of the payload, and the
/// path holds dictionary keys, which are payload too; both may be personal data and this text goes to logs and health.
/// </summary>
internal static class JsonFailureReason
{
    /// <summary>The reason, as the end of a sentence.</summary>
    public static string Describe(Exception exception, JsonTypeInfo typeInfo)
    {
        if (exception is not JsonException json)
        {
            // These name types of the contract.
            return exception is NotSupportedException && ExceptionText.MessageOf(exception).StartsWith("Deserialization of ", StringComparison.Ordinal)
                ? $"a member of it cannot be made from JSON: {WithoutPath(ExceptionText.MessageOf(exception))}"
                : $"its constructor, a property or a converter threw {exception.GetType()}.";
        }

        // Only this message names nothing but members of the contract.
        var message = ExceptionText.MessageOf(json);
        if (message.StartsWith("JSON deserialization for type '", StringComparison.Ordinal))
        {
            return WithoutPath(message);
        }

        var place = string.Create(CultureInfo.InvariantCulture, $"line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}");
        return json.InnerException is null
            ? $"the JSON is malformed or does not fit the type at {Path(json.Path, typeInfo)} ({place})."
            : $"a value does not fit the type at {Path(json.Path, typeInfo)} ({place}; {json.InnerException.GetType()}).";
    }

    /// <summary>A message of System.Text.Json up to where it tells the place, whose path may hold dictionary keys.</summary>
    public static string WithoutPath(string message)
    {
        var end = message.IndexOf(" Path: ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    /// <summary>The part of a JSON path that consists of members of the contract; <c>[*]</c> stands for a dictionary's key.</summary>
    internal static string Path(string? path, JsonTypeInfo? typeInfo)
    {
        var known = new StringBuilder("$");
        var rest = path.AsSpan().TrimStart('$');
        while (!rest.IsEmpty)
        {
            var segment = NextSegment(ref rest, out var isIndex);
            switch (typeInfo?.Kind)
            {
                case JsonTypeInfoKind.Object when !isIndex && Property(typeInfo, segment) is { } property:
                    known.Append('.').Append(property.Name);
                    typeInfo = Contract(typeInfo, property.PropertyType);
                    break;
                case JsonTypeInfoKind.Enumerable when isIndex:
                    known.Append('[').Append(segment).Append(']');
                    typeInfo = Contract(typeInfo, typeInfo.ElementType);
                    break;
                case JsonTypeInfoKind.Dictionary:
                    // The key may hold any character, so what follows it cannot be told from it.
                    return known.Append("[*]").ToString();
                default:
                    return known.ToString();
            }
        }

        return known.ToString();
    }

    private static ReadOnlySpan<char> NextSegment(ref ReadOnlySpan<char> rest, out bool isIndex)
    {
        ReadOnlySpan<char> segment;
        isIndex = false;
        if (rest.StartsWith("['"))
        {
            var end = rest.IndexOf("']");
            segment = end < 0 ? rest[2..] : rest[2..end];
            rest = end < 0 ? [] : rest[(end + 2)..];
            return segment;
        }

        isIndex = rest[0] == '[';
        var body = rest[1..];
        var length = isIndex ? body.IndexOf(']') : body.IndexOfAny('.', '[');
        segment = length < 0 ? body : body[..length];
        rest = length < 0 ? [] : body[(isIndex ? length + 1 : length)..];
        return segment;
    }

    private static JsonPropertyInfo? Property(JsonTypeInfo typeInfo, ReadOnlySpan<char> name)
    {
        foreach (var property in typeInfo.Properties)
        {
            if (!property.IsExtensionData && name.Equals(property.Name, StringComparison.OrdinalIgnoreCase))
            {
                return property;
            }
        }

        return null;
    }

    private static JsonTypeInfo? Contract(JsonTypeInfo parent, Type? type) =>
        type is not null && parent.Options.TryGetTypeInfo(type, out var typeInfo) ? typeInfo : null;
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Decoding;

/// <summary>The JSON contracts of message types, found and tried at start. Stateless; any thread.</summary>
internal static class JsonContracts
{
    /// <exception cref="NoDecoderException">There is no contract, or no object can be made by it.</exception>
    public static JsonTypeInfo<T> Of<T>(string consumer, JsonSerializerOptions options)
    {
        var type = typeof(T);
        JsonTypeInfo<T> contract;
        try
        {
            contract = (JsonTypeInfo<T>)options.GetTypeInfo(type);
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException)
        {
            throw new NoDecoderException(
                consumer, type, $"nothing decodes values of type {type}: there is no deserializer of it, and the JSON options have no contract for it",
                "give UseJson a JsonSerializerContext that lists the type, or UseDeserializer a deserializer of it", exception);
        }

        try
        {
            Try(contract);
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException)
        {
            throw new NoDecoderException(
                consumer, type, $"no value of type {type} can be made from JSON: {JsonFailureReason.WithoutPath(ExceptionText.MessageOf(exception)).TrimEnd('.')}",
                "handle a class with one constructor, describe the type's subclasses with JsonDerivedType, or give UseDeserializer a deserializer of it", exception);
        }

        return contract;
    }

    /// <summary>
    /// Begins an object or a list and no more. What can be made then misses the rest; what cannot be made (an interface, a class with two
    /// constructors) says so first, which it would else do at every record. No constructor runs: a type whose object is made first is not tried.
    /// </summary>
    private static void Try<T>(JsonTypeInfo<T> contract)
    {
        if (contract.Kind == JsonTypeInfoKind.None || contract.CreateObject is not null)
        {
            return;
        }

        try
        {
            JsonSerializer.Deserialize(contract.Kind == JsonTypeInfoKind.Enumerable ? "["u8 : "{"u8, contract);
        }
        catch (JsonException)
        {
            // The rest is missing.
        }
    }
}

using Confluent.Kafka;

namespace Consumers.Framework.Decoding;

/// <summary>A deserializer of Confluent.Kafka. As safe for several threads as the deserializer is.</summary>
internal sealed class DeserializerDecoder<T>(IDeserializer<T> deserializer) : IRecordDecoder<T>
{
    public ValueTask<T> DecodeAsync(ReadOnlySpan<byte> data, DecodingContext context, CancellationToken cancellationToken)
    {
        T value;
        try
        {
            value = deserializer.Deserialize(data, isNull: false, context.ToSerializationContext());
        }
        catch (Exception exception) when (!DecodingFailure.GoesOn(exception))
        {
            throw DecodingFailure.FromDeserializer<T>(context, data, exception);
        }

        return value is null ? throw DecodingFailure.Create<T>(context, "the deserializer returned null for bytes that are there.") : new(value);
    }
}

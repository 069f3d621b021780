using Confluent.Kafka;

namespace Consumers.Framework.Decoding;

/// <summary>
/// An asynchronous deserializer of Confluent.Kafka, such as those of the schema registry. It gets a copy of the bytes, because the
/// record's memory may not outlive the first await. As safe for several threads as the deserializer is.
/// </summary>
internal sealed class AsyncDeserializerDecoder<T>(IAsyncDeserializer<T> deserializer) : IRecordDecoder<T>
{
    public ValueTask<T> DecodeAsync(ReadOnlySpan<byte> data, DecodingContext context, CancellationToken cancellationToken) =>
        DecodeAsync(data.ToArray(), context, cancellationToken);

    private async ValueTask<T> DecodeAsync(byte[] data, DecodingContext context, CancellationToken cancellationToken)
    {
        T value;
        try
        {
            // Confluent's interface takes no token: a deserializer that hangs is left behind when the record is cancelled.
            value = await deserializer.DeserializeAsync(data, isNull: false, context.ToSerializationContext()).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!DecodingFailure.GoesOn(exception))
        {
            throw DecodingFailure.FromDeserializer<T>(context, data, exception);
        }

        return value is null ? throw DecodingFailure.Create<T>(context, "the deserializer returned null for bytes that are there.") : value;
    }
}

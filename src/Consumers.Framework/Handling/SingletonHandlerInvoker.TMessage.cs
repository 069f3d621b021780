using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Decoding;
using Consumers.Framework.Dispatching;

namespace Consumers.Framework.Handling;

/// <summary>Calls a handler that lives as long as the host.</summary>
internal sealed class SingletonHandlerInvoker<TMessage>(
    IKafkaHandler<TMessage> handler, IRecordDecoder<TMessage> decoder, ConsumerSettings settings) : HandlerInvoker
{
    public override ValueTask InvokeAsync(RecordSlot slot, ConsumeContext context, CancellationToken cancellationToken)
    {
        if (!slot.HasValue)
        {
            return Tombstones.HandleAsync(handler, context, settings, cancellationToken);
        }

        var decoding = decoder.DecodeAsync(slot.RawValue, new DecodingContext(MessageComponentType.Value, context), cancellationToken);
        return decoding.IsCompletedSuccessfully
            ? handler.HandleAsync(decoding.Result, context, cancellationToken)
            : HandleDecodedAsync(decoding, context, cancellationToken);
    }

    private async ValueTask HandleDecodedAsync(ValueTask<TMessage> decoding, ConsumeContext context, CancellationToken cancellationToken) =>
        await handler.HandleAsync(await decoding.ConfigureAwait(false), context, cancellationToken).AsTask().ConfigureAwait(false);
}

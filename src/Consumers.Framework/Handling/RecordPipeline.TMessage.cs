using Confluent.Kafka;
using Consumers.Framework.Decoding;
using Consumers.Framework.Records;

namespace Consumers.Framework.Handling;

/// <summary>One attempt at a record of one message type: decode, then the handler. What has to see the decoded message goes between the two.</summary>
internal sealed class RecordPipeline<TMessage>(IRecordDecoder<TMessage> decoder, HandlerStep<TMessage> handler) : HandlerInvoker
{
    public override ValueTask InvokeAsync(RecordSlot slot, ConsumeContext context, CancellationToken cancellationToken)
    {
        if (!slot.HasValue)
        {
            return handler.HandleTombstoneAsync(context, cancellationToken);
        }

        var decoding = decoder.DecodeAsync(slot.RawValue, new DecodingContext(MessageComponentType.Value, context), cancellationToken);
        return decoding.IsCompletedSuccessfully
            ? handler.HandleAsync(decoding.Result, context, cancellationToken)
            : HandleDecodedAsync(decoding, context, cancellationToken);
    }

    /// <remarks>
    /// What a handler returns is awaited as a task, here and wherever an async method of ours awaits the user's: a value task may have a source
    /// of the user's, and when that throws as it is asked to call back, the runtime throws it on the thread pool, where it ends the process.
    /// </remarks>
    private async ValueTask HandleDecodedAsync(ValueTask<TMessage> decoding, ConsumeContext context, CancellationToken cancellationToken) =>
        await handler.HandleAsync(await decoding.ConfigureAwait(false), context, cancellationToken).AsTask().ConfigureAwait(false);
}

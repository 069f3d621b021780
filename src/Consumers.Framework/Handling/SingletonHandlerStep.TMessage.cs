using Consumers.Framework.Configuration;

namespace Consumers.Framework.Handling;

/// <summary>Calls a handler that lives as long as the host.</summary>
internal sealed class SingletonHandlerStep<TMessage>(IKafkaHandler<TMessage> handler, ConsumerSettings settings) : HandlerStep<TMessage>
{
    public override ValueTask HandleAsync(TMessage message, ConsumeContext context, CancellationToken cancellationToken) =>
        handler.HandleAsync(message, context, cancellationToken);

    public override ValueTask HandleTombstoneAsync(ConsumeContext context, CancellationToken cancellationToken) =>
        Tombstones.HandleAsync(handler, context, settings, cancellationToken);
}

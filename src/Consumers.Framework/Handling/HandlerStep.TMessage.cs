namespace Consumers.Framework.Handling;

/// <summary>The last step of a <see cref="RecordPipeline{TMessage}"/>: gets the handler and calls it. Immutable, used by all lanes of a consumer.</summary>
internal abstract class HandlerStep<TMessage>
{
    /// <exception cref="HandlerNotMadeException">The container cannot make the handler.</exception>
    public abstract ValueTask HandleAsync(TMessage message, ConsumeContext context, CancellationToken cancellationToken);

    /// <summary>A record without a value.</summary>
    /// <exception cref="HandlerNotMadeException">The container cannot make the handler.</exception>
    public abstract ValueTask HandleTombstoneAsync(ConsumeContext context, CancellationToken cancellationToken);
}

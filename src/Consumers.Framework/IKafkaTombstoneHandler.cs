namespace Consumers.Framework;

/// <summary>
/// Implemented beside <see cref="IKafkaHandler{TMessage}"/> by a handler that wants to see tombstones: records whose value is null,
/// which delete their key in a compacted topic. Without it, <c>Tombstones</c> of the consumer's options decides.
/// </summary>
public interface IKafkaTombstoneHandler
{
    /// <summary>Handles a record without a value. The same rules hold as for <see cref="IKafkaHandler{TMessage}.HandleAsync"/>.</summary>
    /// <param name="context">The record; its key says what was deleted.</param>
    /// <param name="cancellationToken">As for <see cref="IKafkaHandler{TMessage}.HandleAsync"/>.</param>
    ValueTask HandleTombstoneAsync(ConsumeContext context, CancellationToken cancellationToken);
}

using System.Diagnostics.CodeAnalysis;
using Consumers.Framework.Handling;

namespace Consumers.Framework;

/// <summary>Handles the records of a consumer, one at a time in each partition (or key, see <c>Ordering</c>).</summary>
/// <typeparam name="TMessage">
/// What a record's value is decoded to: a class or struct (JSON unless a deserializer is registered), <see cref="string"/> (UTF-8),
/// <see cref="byte"/>[] or <see cref="ReadOnlyMemory{T}"/> of <see cref="byte"/> (the raw value, copied), <see cref="RawPayload"/> (the raw
/// value where the client keeps it: no copy, no allocation).
/// </typeparam>
public interface IKafkaHandler<TMessage> : IKafkaHandler
{
    /// <summary>
    /// Handles one record. Returning means that the record is done and its offset may be committed; throwing means that it is not:
    /// the failure policy of the consumer decides (retry in place, then <c>Failures:WhenExhausted</c>).
    /// </summary>
    /// <param name="message">The decoded value; never null for a record without a value (see <see cref="IKafkaTombstoneHandler"/>).</param>
    /// <param name="context">Where the record came from, its key, headers and timestamp. Valid until the record's outcome is final.</param>
    /// <param name="cancellationToken">
    /// Cancelled when the partition is lost, when the drain budget of a rebalance or a stop has run out, or when the attempt takes longer
    /// than <c>MaxHandlerDuration</c>. Not at the beginning of a stop: a handler is given its time to finish.
    /// </param>
    /// <exception cref="PermanentFailureException">Thrown by the handler: trying again is pointless, go to the exhausted policy at once.</exception>
    ValueTask HandleAsync(TMessage message, ConsumeContext context, CancellationToken cancellationToken);

    static HandlerBinding IKafkaHandler.Bind<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>() =>
        HandlerBinding<TMessage>.Create<THandler>();
}

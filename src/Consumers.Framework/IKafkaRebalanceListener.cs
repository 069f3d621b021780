namespace Consumers.Framework;

/// <summary>
/// Is told when partitions come and go. Implement what you need; register it with <c>UseRebalanceListener</c> (a handler that implements
/// this interface is not called without that).
/// </summary>
/// <remarks>
/// <para>
/// The calls run on the thread pool, never on the poll thread, which waits for them inside a budget: the group waits with it. For one
/// worker they never overlap and keep their order; several workers call at the same time.
/// </para>
/// <para>
/// When the budget is over, the token is cancelled and the worker goes on without the listener; it is not called again before it has
/// returned. An exception is logged and changes nothing.
/// </para>
/// </remarks>
public interface IKafkaRebalanceListener
{
    /// <summary>
    /// Partitions have been assigned and none of their records has been read. <see cref="PartitionsAssignedContext.StartAt"/> says where
    /// they start.
    /// </summary>
    /// <param name="context">The partitions.</param>
    /// <param name="cancellationToken">Cancelled after <c>Rebalance:ListenerTimeout</c>, and when the host has no more time.</param>
    ValueTask OnAssignedAsync(PartitionsAssignedContext context, CancellationToken cancellationToken) => default;

    /// <summary>
    /// Partitions are being taken away, or the worker stops: their handlers have ended, or have been given up at the drain's deadline, and
    /// the final commit is still to come. The place to flush what handlers have collected.
    /// </summary>
    /// <param name="context">The partitions.</param>
    /// <param name="cancellationToken">Cancelled after <c>Rebalance:ListenerTimeout</c>, and when the host has no more time.</param>
    ValueTask OnRevokingAsync(RebalanceContext context, CancellationToken cancellationToken) => default;

    /// <summary>The final commit is over and the partitions are about to be somebody else's.</summary>
    /// <param name="context">The partitions, and what is committed of them.</param>
    /// <param name="cancellationToken">Cancelled after what the commit has left of <c>Commit:FinalTimeout</c>, a quarter of a second at least.</param>
    ValueTask OnRevokedAsync(PartitionsRevokedContext context, CancellationToken cancellationToken) => default;

    /// <summary>
    /// Partitions have been lost: they may be somebody else's already, and nothing of them is committed any more. Also when the client
    /// has failed, and after <see cref="OnRevokingAsync"/> when the final commit was refused because they are not ours.
    /// </summary>
    /// <param name="context">The partitions.</param>
    /// <param name="cancellationToken">Cancelled after <c>Rebalance:ListenerTimeout</c>, and when the host has no more time.</param>
    ValueTask OnLostAsync(RebalanceContext context, CancellationToken cancellationToken) => default;
}

namespace Consumers.Framework;

/// <summary>Is told when a worker has caught up, and when nothing comes any more. Implement what you need; register it with <c>UseProgressListener</c>.</summary>
/// <remarks>
/// The calls run on the thread pool and nobody waits for them, a stop included. For one worker they never overlap and keep their order;
/// several workers call at the same time. After <c>Rebalance:ListenerTimeout</c> the token is cancelled, and what comes before the listener
/// has returned is skipped when its own time is over. An exception is logged and changes nothing.
/// </remarks>
public interface IKafkaProgressListener
{
    /// <summary>
    /// Every partition that the worker owns was at its end once since it was assigned, and everything up to there is handled. Called once
    /// for each assignment.
    /// </summary>
    /// <param name="context">The worker.</param>
    /// <param name="cancellationToken">Cancelled after <c>Rebalance:ListenerTimeout</c>.</param>
    ValueTask OnCaughtUpAsync(ProgressContext context, CancellationToken cancellationToken) => default;

    /// <summary>
    /// For <c>IdleAfter</c> no record has come to the worker and none has been in its handler, while it owned partitions and was not
    /// paused. Called once for each such period.
    /// </summary>
    /// <param name="context">The worker.</param>
    /// <param name="cancellationToken">Cancelled after <c>Rebalance:ListenerTimeout</c>.</param>
    ValueTask OnIdleAsync(ProgressContext context, CancellationToken cancellationToken) => default;
}

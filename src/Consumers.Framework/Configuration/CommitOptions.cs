namespace Consumers.Framework.Configuration;

/// <summary>When and how offsets are committed. Configuration path: <c>Kafka:Consumers:{name}:Commit</c>.</summary>
public sealed class CommitOptions
{
    /// <summary>When an offset is committed.</summary>
    /// <value>Default: <see cref="CommitStrategy.Async"/>. The client's own <c>enable.auto.commit</c> is always off.</value>
    public CommitStrategy Strategy { get; set; } = CommitStrategy.Async;

    /// <summary>
    /// Async: the least time between two commits. Auto: the time between two commits. Sync: a batch of slow handlers is cut and committed
    /// after this time. The other strategies do not use it.
    /// </summary>
    /// <value>Default: 5 s for Auto, else 200 ms. Range: 1 ms to 1 h.</value>
    public TimeSpan? Interval { get; set; }

    /// <summary>
    /// How many records of one partition may be handled but not yet acknowledged by the broker. Async and Auto make handlers wait beyond
    /// it, and commit before the interval is over when half of it is reached, or 50,000; Manual stops fetching. It bounds what a crash can
    /// repeat. While members join under the classic protocol the broker answers no commit, for a heartbeat interval or longer: with less
    /// than is handled in that time, partitions stand still that do not change hands.
    /// </summary>
    /// <value>Default: 100,000 for Manual, else 10,000,000. Range: 1 to 1,000,000,000.</value>
    public int? MaxUncommitted { get; set; }

    /// <summary>
    /// How long the final commit of a revocation or a stop may take. A commit that a rebalance defers is retried inside this time.
    /// </summary>
    /// <value>Default: 4 s. Range: 100 ms to 1 min.</value>
    public TimeSpan FinalTimeout { get; set; } = TimeSpan.FromSeconds(4);
}

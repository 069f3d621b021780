using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Rebalancing;

namespace Consumers.Framework.Polling;

/// <summary>One client's reading of explicit partitions: it begins when the brokers have said what there is, and is done at the end. Poll thread only.</summary>
internal sealed class ExplicitRead(
    ConsumerSettings settings, ExplicitPartitions partitions, ReadPlanner planner, LeaseTable leases, FlowControl flow, Committer committer)
{
    private bool _hasBegun;

    /// <summary>Before each poll until it succeeds.</summary>
    /// <returns>What the client is to be assigned now; null when it is assigned already, or nobody knows yet.</returns>
    /// <exception cref="ReadRefusedException">It cannot be read, or not be committed.</exception>
    public IReadOnlyList<TopicPartitionOffset>? TryBegin()
    {
        if (_hasBegun || planner.TryPlan() is not { } starts)
        {
            return null;
        }

        _hasBegun = true;
        return starts;
    }

    /// <summary>
    /// After each poll: whether everything before the end is delivered, handled, and committed where there is a group. A partition that has
    /// reached its end is not fetched any more. One that holds, or that a record blocks, is not done.
    /// </summary>
    public bool IsDone()
    {
        if (!_hasBegun || !partitions.IsBounded)
        {
            return false;
        }

        // By index: an enumerator would be allocated for each poll.
        var all = leases.All;
        var isHandled = true;
        for (var index = 0; index < all.Count; index++)
        {
            var lease = all[index];
            isHandled &= lease.State == LeaseState.Open && lease.EndReached;
            if (lease.EndReached)
            {
                flow.StopFetching(lease);
                isHandled &= lease.IsIdle;
            }
        }

        return isHandled && IsCommitted(all);
    }

    /// <summary>A commit was refused because the group has members that this client is none of.</summary>
    public ReadRefusedException Refused(Error error) => planner.Refused(error);

    /// <summary>In short waits: a commit that the broker does not take at present keeps the read open, and a stop is answered meanwhile.</summary>
    private bool IsCommitted(IReadOnlyList<PartitionLease> all)
    {
        foreach (var lease in all)
        {
            lease.PassEnd();
        }

        return committer.Flush(all, settings.Options.PollTimeout);
    }
}

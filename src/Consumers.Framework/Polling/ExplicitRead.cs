using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;
using Consumers.Framework.Positions;

namespace Consumers.Framework.Polling;

/// <summary>One client's reading of explicit partitions: it begins when the brokers have said what there is, and is done at the end. Poll thread only.</summary>
internal sealed class ExplicitRead(
    WorkerScope scope,
    IRecordSource source,
    ExplicitPartitions partitions,
    ReadPlanner planner,
    LeaseTable leases,
    Committer committer,
    FlowControl flow)
{
    private bool _hasBegun;

    /// <summary>
    /// Between polls: begins as soon as it can, and from then on tells whether everything before the end is delivered, handled, and committed
    /// where there is a group. A partition that has reached its end is not fetched any more. One that holds, or that a record blocks, is
    /// not done.
    /// </summary>
    /// <exception cref="ReadRefusedException">It cannot be read, or not be committed.</exception>
    public bool IsDone(PartitionOwnership ownership)
    {
        if (!_hasBegun && planner.TryPlan() is { } starts)
        {
            Begin(starts, ownership);
        }

        return _hasBegun && partitions.IsBounded && IsHandled() && IsCommitted();
    }

    /// <summary>A commit was refused because the group has members that this client is none of.</summary>
    public ReadRefusedException Refused(Error error) => planner.Refused(error);

    private void Begin(IReadOnlyList<TopicPartitionOffset> starts, PartitionOwnership ownership)
    {
        _hasBegun = true;
        var chosen = ownership.Open(
            [.. starts.Select(static start => start.TopicPartition)],
            requested => [.. starts.Select(start => new PartitionStart(
                start.TopicPartition, requested.GetValueOrDefault(start.TopicPartition, start.Offset), TopicId: planner.TopicIdOf(start.TopicPartition)))]);
        source.Assign(chosen, ownership);
    }

    private bool IsHandled()
    {
        // By index: an enumerator would be allocated for each poll.
        var all = leases.All;
        var isHandled = true;
        for (var index = 0; index < all.Count; index++)
        {
            var lease = all[index];
            isHandled &= lease.State == LeaseState.Open && lease.Assigned.EndReached;
            if (lease.Assigned.EndReached)
            {
                flow.StopFetching(lease);
                isHandled &= lease.IsIdle;
            }
        }

        return isHandled;
    }

    /// <summary>
    /// In short waits: a commit that the broker does not take at present keeps the read open, and a stop is answered meanwhile. A lease that
    /// the answer has closed has nothing left to commit, but it is not done.
    /// </summary>
    private bool IsCommitted()
    {
        foreach (var lease in leases.All)
        {
            lease.PassEnd();
        }

        return committer.Flush([.. leases.All.Select(static lease => lease.Commits)], scope.Options.PollTimeout) && leases.All.All(static lease => lease.State == LeaseState.Open);
    }
}

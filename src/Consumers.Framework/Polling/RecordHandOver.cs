using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;
using Consumers.Framework.Positions;

namespace Consumers.Framework.Polling;

/// <summary>Gives what a poll has brought to the leases. Poll thread only.</summary>
internal sealed class RecordHandOver(WorkerScope scope, PollBatch batch, RebalanceCoordinator rebalances, FlowControl flow, WorkerProgress progress)
{
    private readonly Func<PartitionLease, long, PartitionLease> _reopen = rebalances.Reopen;

    public void AfterPoll()
    {
        if (batch.Count > 0)
        {
            scope.Status.Received();
            progress.Received();
        }

        flow.BeforeHandOver();
        batch.HandOver(_reopen);
        if (batch.Orphans > 0)
        {
            Log.Orphans(scope.Logger, scope.Consumer, scope.Index, batch.Orphans);
        }

        foreach (var lease in batch.Held)
        {
            flow.HoldUnreadable(lease);
        }

        foreach (var (lease, offset) in batch.Unexpected)
        {
            Log.WentAstray(
                scope.Logger, scope.Consumer, scope.Index, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value, lease.Assigned.PendingSeek ?? -1, offset);
            flow.SeekAgain(lease);
        }

        foreach (var lease in batch.Received)
        {
            scope.Metrics.Received(lease.TopicPartition.Topic, lease.Assigned.LastReceivedCount);
        }
    }
}

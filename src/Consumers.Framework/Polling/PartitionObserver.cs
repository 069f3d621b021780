using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;
using Consumers.Framework.Positions;

namespace Consumers.Framework.Polling;

/// <summary>
/// Looks once a second: where the partitions end, whether the client has passed offsets that hold no record, and at all that no callback tells.
/// Poll thread only.
/// </summary>
internal sealed class PartitionObserver(
    WorkerScope scope, IRecordSource source, LeaseTable leases, StartPositions starts, PositionResets resets, Membership membership, TopicHints hints)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long _observedAt;

    public void AfterPoll()
    {
        var now = scope.Time.GetTimestamp();
        if (scope.Time.GetElapsedTime(_observedAt, now) < Interval)
        {
            return;
        }

        _observedAt = now;
        starts.LookAtTopics();
        hints.Look();
        scope.Status.ReportTokenFailure(source.TokenFailure);
        membership.Observe();
        resets.LookForSilence();
        foreach (var lease in leases.All)
        {
            lease.Observe(PositionOf(lease), source.HighWatermark(lease.TopicPartition));
        }
    }

    /// <summary>
    /// Before the client's first answer its position is that of what it had delivered before: to an earlier lease, or to this one, which
    /// gave it back unseen. To commit that would lose it.
    /// </summary>
    private long? PositionOf(PartitionLease lease) =>
        lease is { Assigned: { AwaitedSince: null, PendingSeek: null }, IsIdle: true } ? source.Position(lease.TopicPartition) : null;
}

using Confluent.Kafka;

namespace Consumers.Framework.Leases;

/// <summary>
/// The lease of each partition that was opened last, over all workers of a consumer and all their clients, until nothing of it runs any
/// more; and which partitions may be on their way from one worker to another. Any thread.
/// </summary>
internal sealed class PartitionHolders
{
    /// <summary>How long it may take from the revocation at one worker to the assignment at another, which learns of it by a heartbeat.</summary>
    private static readonly TimeSpan TransitTime = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<TopicPartition, PartitionLease> _last = [];

    /// <summary>When a rebalance took partitions from a worker that none has been given since.</summary>
    private readonly Dictionary<TopicPartition, long> _revokedAt = [];

    /// <summary>The lease holds its partition from now on.</summary>
    /// <returns>The one that held it before, when something of it may still run.</returns>
    public PartitionLease? Take(PartitionLease lease)
    {
        lock (_gate)
        {
            var before = _last.GetValueOrDefault(lease.TopicPartition);
            _last[lease.TopicPartition] = lease;
            _revokedAt.Remove(lease.TopicPartition);
            return before;
        }
    }

    /// <summary>A rebalance takes the partitions of these leases from their worker.</summary>
    public void Revoked(IEnumerable<PartitionLease> leases, TimeProvider time)
    {
        lock (_gate)
        {
            ForgetOldLocked(time);
            foreach (var lease in leases)
            {
                _revokedAt[lease.TopicPartition] = time.GetTimestamp();
            }
        }
    }

    /// <summary>The partitions that were revoked a moment ago, and that no worker has been given since.</summary>
    public IReadOnlyCollection<TopicPartition> InTransit(TimeProvider time)
    {
        lock (_gate)
        {
            ForgetOldLocked(time);
            return [.. _revokedAt.Keys];
        }
    }

    /// <summary>Whether the partition was revoked a moment ago, and no worker has been given it since.</summary>
    public bool IsInTransit(TopicPartition partition, TimeProvider time)
    {
        lock (_gate)
        {
            ForgetOldLocked(time);
            return _revokedAt.ContainsKey(partition);
        }
    }

    private void ForgetOldLocked(TimeProvider time)
    {
        foreach (var (partition, revokedAt) in _revokedAt)
        {
            if (time.GetElapsedTime(revokedAt) > TransitTime)
            {
                _revokedAt.Remove(partition);
            }
        }
    }

    /// <summary>Nothing of the lease runs any more, nor will.</summary>
    public void Leave(PartitionLease lease)
    {
        lock (_gate)
        {
            if (_last.GetValueOrDefault(lease.TopicPartition) == lease)
            {
                _last.Remove(lease.TopicPartition);
            }
        }
    }
}

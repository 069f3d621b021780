using Confluent.Kafka;

namespace Consumers.Framework.Rebalancing;

/// <summary>
/// The lease of each partition that was opened last, over all workers of a consumer and all their clients, until nothing of it runs any
/// more. Any thread.
/// </summary>
internal sealed class PartitionHolders
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TopicPartition, PartitionLease> _last = [];

    /// <summary>The lease holds its partition from now on.</summary>
    /// <returns>The one that held it before, when something of it may still run.</returns>
    public PartitionLease? Take(PartitionLease lease)
    {
        lock (_gate)
        {
            var before = _last.GetValueOrDefault(lease.TopicPartition);
            _last[lease.TopicPartition] = lease;
            return before;
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

using Confluent.Kafka;

namespace Consumers.Framework.Leases;

/// <summary>
/// The leases of one worker. The poll thread adds and removes; every thread may read <see cref="All"/>, which is replaced as a whole.
/// </summary>
internal sealed class LeaseTable
{
    private readonly Dictionary<TopicPartition, PartitionLease> _byPartition = [];
    private volatile PartitionLease[] _all = [];
    private long _handledBefore;

    /// <summary>The leases that are not removed, closed ones included.</summary>
    public IReadOnlyList<PartitionLease> All => _all;

    /// <summary>Records whose outcome became final in any lease.</summary>
    public long Handled => Interlocked.Read(ref _handledBefore) + _all.Sum(static lease => lease.Handled);

    /// <summary>Poll thread.</summary>
    public PartitionLease? Find(TopicPartition topicPartition) => _byPartition.GetValueOrDefault(topicPartition);

    /// <summary>Poll thread.</summary>
    public void Add(IEnumerable<PartitionLease> leases)
    {
        foreach (var lease in leases)
        {
            _byPartition.Add(lease.TopicPartition, lease);
        }

        Publish();
    }

    /// <summary>Poll thread: takes closed leases out.</summary>
    public void Remove(IEnumerable<PartitionLease> leases)
    {
        foreach (var lease in leases)
        {
            if (_byPartition.Remove(lease.TopicPartition))
            {
                Interlocked.Add(ref _handledBefore, lease.Handled);
            }
        }

        Publish();
    }

    private void Publish() => _all = [.. _byPartition.Values];
}

using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>Offsets in the place where a user keeps results: a table that is written in the transaction of the record's effect.</summary>
public sealed class OffsetStore
{
    private readonly ConcurrentDictionary<TopicPartition, long> _next = new();

    /// <summary>The next offset to read of a partition; null when none was handled yet.</summary>
    public ValueTask<long?> NextOffsetAsync(TopicPartition partition, CancellationToken cancellationToken) =>
        new(_next.TryGetValue(partition, out var next) ? next : null);

    /// <summary>A record was handled.</summary>
    public void Handled(TopicPartition partition, long offset) => _next[partition] = offset + 1;
}

using Confluent.Kafka;

namespace Consumers.Framework.IntegrationTests.Groups;

#region listener
/// <summary>Starts each partition where the application's own store says, not where the group has committed.</summary>
public sealed class StoredOffsetsListener(OffsetStore store) : IKafkaRebalanceListener
{
    /// <inheritdoc/>
    public async ValueTask OnAssignedAsync(PartitionsAssignedContext context, CancellationToken cancellationToken)
    {
        foreach (var partition in context.Partitions)
        {
            var next = await store.NextOffsetAsync(partition, cancellationToken);
            context.StartAt(new TopicPartitionOffset(partition, next is null ? Offset.Beginning : new Offset(next.Value)));
        }
    }
}
#endregion

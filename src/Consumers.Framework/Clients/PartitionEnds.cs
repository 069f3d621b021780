using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Clients;

/// <summary>Asks the clusters. Any thread.</summary>
internal sealed class PartitionEnds(ClusterClients clients) : IPartitionEnds
{
    public async Task<IReadOnlyDictionary<TopicPartition, long>> OfAsync(ConsumerSettings settings, IReadOnlyCollection<TopicPartition> partitions)
    {
        var result = await clients.AdminOf(settings).ListOffsetsAsync(
            partitions.Select(static partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = OffsetSpec.Latest() }),
            new ListOffsetsOptions { RequestTimeout = settings.Options.RequestTimeout, IsolationLevel = settings.Options.IsolationLevel }).ConfigureAwait(false);
        return result.ResultInfos.ToDictionary(static info => info.TopicPartitionOffsetError.TopicPartition, static info => info.TopicPartitionOffsetError.Offset.Value);
    }
}

using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Consumers.Framework.TestKit.Groups;

/// <summary>Reads what the broker knows of a group, without being a member of it.</summary>
public static class GroupReader
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>The committed offset of each partition of a topic; <see cref="Offset.Unset"/> where there is none.</summary>
    /// <param name="bootstrapServers">The cluster.</param>
    /// <param name="group">The group.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="partitions">How many partitions it has; null to ask the cluster.</param>
    public static async Task<IReadOnlyDictionary<int, long>> CommittedAsync(string bootstrapServers, string group, string topic, int? partitions = null)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).Build();
        var count = partitions ?? admin.GetMetadata(topic, Timeout).Topics.Single().Partitions.Count;
        var asked = Enumerable.Range(0, count).Select(partition => new TopicPartition(topic, partition)).ToList();
        var results = await admin.ListConsumerGroupOffsetsAsync(
            [new ConsumerGroupTopicPartitions(group, asked)],
            new ListConsumerGroupOffsetsOptions { RequestTimeout = Timeout, RequireStableOffsets = false });
        return results.Single().Partitions.ToDictionary(partition => partition.Partition.Value, partition => partition.Offset.Value);
    }

    /// <summary>How many members the broker counts; none in a group that it has never seen.</summary>
    public static async Task<int> MembersAsync(string bootstrapServers, string group)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).Build();
        try
        {
            var described = await admin.DescribeConsumerGroupsAsync([group], new DescribeConsumerGroupsOptions { RequestTimeout = Timeout });
            return described.ConsumerGroupDescriptions.Single().Members.Count;
        }
        catch (DescribeConsumerGroupsException exception) when (exception.Results.ConsumerGroupDescriptions.Single().Error.Code == ErrorCode.GroupIdNotFound)
        {
            return 0;
        }
    }
}

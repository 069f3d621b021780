using Confluent.Kafka;

namespace Consumers.Framework.TestKit.Groups;

/// <summary>
/// Reads every commit of a group out of <c>__consumer_offsets</c>, in the order of the log: what the broker accepted, not what a client
/// believes. The broker must let its clients read that topic.
/// </summary>
public static class ConsumerOffsetsReader
{
    private const string Topic = "__consumer_offsets";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>The commits of a group up to now. All of one group lie in one partition, so their order is the order of acceptance.</summary>
    public static IReadOnlyList<OffsetCommitRecord> ReadCommits(string bootstrapServers, string group)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "offsets-reader",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = IsolationLevel.ReadUncommitted,
            FetchWaitMaxMs = 50,
        };
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(config).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = admin.GetMetadata(Topic, Timeout).Topics.Single().Partitions;
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(Topic, partition.PartitionId, Offset.Beginning)));

        return Read(consumer, [.. partitions.Select(partition => partition.PartitionId)], group);
    }

    // A partition that others write to reaches its end more than once; the first time is late enough.
    private static List<OffsetCommitRecord> Read(IConsumer<byte[]?, byte[]?> consumer, HashSet<int> unread, string group)
    {
        var commits = new List<OffsetCommitRecord>();
        var start = TimeProvider.System.GetTimestamp();
        while (unread.Count > 0)
        {
            if (TimeProvider.System.GetElapsedTime(start) > Timeout)
            {
                throw new TimeoutException($"{Topic} was not read to its end within {Timeout}.");
            }

            var result = consumer.Consume(TimeSpan.FromMilliseconds(500));
            if (result is { IsPartitionEOF: true })
            {
                unread.Remove(result.Partition);
            }
            else if (result is not null && OffsetRecordParser.Parse(result.Message.Key, result.Message.Value) is { } commit && commit.Group == group)
            {
                commits.Add(commit);
            }
        }

        return commits;
    }
}

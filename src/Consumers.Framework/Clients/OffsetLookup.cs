using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Consumers.Framework.Clients;

/// <summary>Asks the brokers over the worker's own client. Poll thread only.</summary>
internal sealed class OffsetLookup(IConsumer<byte[]?, byte[]?> consumer, TimeProvider time) : IOffsetLookup
{
    public IReadOnlyDictionary<TopicPartition, Offset> Committed(IReadOnlyCollection<TopicPartition> partitions, TimeSpan timeout)
    {
        try
        {
            return consumer.Committed(partitions, timeout).ToDictionary(static committed => committed.TopicPartition, static committed => committed.Offset);
        }
        catch (TopicPartitionOffsetException exception)
        {
            return exception.Results
                .Where(static result => !result.Error.IsError)
                .ToDictionary(static result => result.TopicPartition, static result => result.Offset);
        }
        catch (KafkaException)
        {
            return new Dictionary<TopicPartition, Offset>();
        }
    }

    public WatermarkOffsets? Range(TopicPartition topicPartition, TimeSpan timeout)
    {
        try
        {
            return consumer.QueryWatermarkOffsets(topicPartition, timeout);
        }
        catch (KafkaException)
        {
            return null;
        }
    }

    public Offset? AtTime(TopicPartition topicPartition, Timestamp time, TimeSpan timeout)
    {
        try
        {
            return consumer.OffsetsForTimes([new TopicPartitionTimestamp(topicPartition, time)], timeout)[0].Offset;
        }
        catch (KafkaException)
        {
            return null;
        }
    }

    public IReadOnlyDictionary<string, int>? PartitionCounts(IReadOnlyCollection<string>? topics, TimeSpan timeout)
    {
        var startedAt = time.GetTimestamp();
        try
        {
            using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
            if (topics is null)
            {
                return Counted(admin.GetMetadata(timeout).Topics);
            }

            var counts = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var topic in topics)
            {
                var left = timeout - time.GetElapsedTime(startedAt);
                foreach (var (name, count) in left > TimeSpan.Zero ? Counted(admin.GetMetadata(topic, left).Topics) : [])
                {
                    counts[name] = count;
                }
            }

            return counts;
        }
        catch (KafkaException)
        {
            return null;
        }
    }

    public int? MemberCount(string group, TimeSpan timeout)
    {
        try
        {
            using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
            var described = admin.DescribeConsumerGroupsAsync([group], new DescribeConsumerGroupsOptions { RequestTimeout = timeout }).GetAwaiter().GetResult();
            return described.ConsumerGroupDescriptions is [{ Error.IsError: false } known] ? known.Members.Count : null;
        }
        catch (KafkaException)
        {
            return null;
        }
    }

    private static Dictionary<string, int> Counted(List<TopicMetadata> topics) => topics
        .Where(static topic => !topic.Error.IsError || topic.Error.Code == ErrorCode.UnknownTopicOrPart)
        .ToDictionary(static topic => topic.Topic, static topic => topic.Error.IsError ? 0 : topic.Partitions.Count, StringComparer.Ordinal);
}

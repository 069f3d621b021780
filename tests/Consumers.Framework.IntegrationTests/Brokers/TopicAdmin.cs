using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>What an operator does to topics and groups behind a consumer's back. Needs <see cref="BrokerCapabilities.AdminApi"/>.</summary>
public static class TopicAdmin
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>Deletes the records below an offset, as retention does.</summary>
    public static async Task DeleteRecordsAsync(KafkaBroker broker, string topic, long below, int partition = 0)
    {
        using var admin = broker.BuildAdmin();
        await admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, partition, below)], new DeleteRecordsOptions { RequestTimeout = Timeout, OperationTimeout = Timeout });
    }

    /// <summary>Deletes the topic, and creates it again when its name is free.</summary>
    public static async Task MakeAnewAsync(KafkaBroker broker, string topic, int partitions = 1)
    {
        using (var admin = broker.BuildAdmin())
        {
            await admin.DeleteTopicsAsync([topic], new DeleteTopicsOptions { RequestTimeout = Timeout, OperationTimeout = Timeout });
        }

        await Wait.UntilAsync(async () =>
        {
            try
            {
                await broker.CreateTopicAsync(topic, partitions);
                return true;
            }
            catch (CreateTopicsException exception) when (exception.Results.TrueForAll(static result => result.Error.Code == ErrorCode.TopicAlreadyExists))
            {
                return false;
            }
        });
    }

    /// <summary>Adds partitions; they have leaders when this returns.</summary>
    public static async Task AddPartitionsAsync(KafkaBroker broker, string topic, int total)
    {
        using var admin = broker.BuildAdmin();
        await admin.CreatePartitionsAsync(
            [new PartitionsSpecification { Topic = topic, IncreaseTo = total }], new CreatePartitionsOptions { RequestTimeout = Timeout, OperationTimeout = Timeout });
        await Wait.UntilAsync(() => Task.FromResult(admin.GetMetadata(topic, Timeout).Topics.Single().Partitions is { } known
            && known.Count == total && known.All(static partition => partition.Leader >= 0)));
    }

    /// <summary>Commits an offset for a group that has no members.</summary>
    public static async Task CommitAsync(KafkaBroker broker, string group, string topic, long offset, int partition = 0)
    {
        using var admin = broker.BuildAdmin();
        await admin.AlterConsumerGroupOffsetsAsync(
            [new ConsumerGroupTopicPartitionOffsets(group, [new TopicPartitionOffset(topic, partition, offset)])],
            new AlterConsumerGroupOffsetsOptions { RequestTimeout = Timeout });
    }
}

using Confluent.Kafka;

namespace Consumers.Framework.Polling;

/// <summary>What a source tells while it is polled or closed. Called on the poll thread; a source never lets an exception of these into the client.</summary>
internal interface ISourceEvents
{
    /// <returns>Where the partitions start, one for each; <see cref="Offset.Unset"/> leaves it to the client.</returns>
    IReadOnlyList<TopicPartitionOffset> Assigned(IReadOnlyCollection<TopicPartition> partitions);

    void Revoked(IReadOnlyCollection<TopicPartition> partitions);

    void Lost(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>The connection failed: all brokers down, authentication, TLS. The client goes on trying.</summary>
    void ConnectionFailed(Error error);

    /// <summary>A topic or the group failed: unknown, not authorized. The client goes on trying.</summary>
    void SubscriptionFailed(Error error, TopicPartition? topicPartition);

    /// <summary>What the broker has stored there cannot be read; it comes in the batch as a record that fails for good.</summary>
    void Unreadable(TopicPartitionOffset position, Error error);

    /// <summary>A partition has no valid committed offset and must not choose one by itself.</summary>
    void NoOffset(TopicPartition topicPartition, Error error);
}

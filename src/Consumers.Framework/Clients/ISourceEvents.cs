using Confluent.Kafka;

namespace Consumers.Framework.Clients;

/// <summary>What a source tells while it is polled or closed. Called on the poll thread; a source never lets an exception of these into the client.</summary>
internal interface ISourceEvents
{
    /// <returns>Where each of the partitions starts; <see cref="Offset.Unset"/> for the committed offset, which the client fetches itself.</returns>
    IReadOnlyList<TopicPartitionOffset> Assigned(IReadOnlyCollection<TopicPartition> partitions);

    void Revoked(IReadOnlyCollection<TopicPartition> partitions);

    void Lost(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>The connection failed: all brokers down, authentication, TLS. The client goes on trying.</summary>
    void ConnectionFailed(Error error);

    /// <summary>A topic or the group failed: unknown, not authorized. The client goes on trying.</summary>
    void SubscriptionFailed(Error error, TopicPartition? topicPartition);

    /// <summary>What the broker has stored there cannot be read; it comes in the batch as a record that fails for good.</summary>
    void Unreadable(TopicPartitionOffset position, Error error);

    /// <summary>
    /// The client fetches the partition no more, because what it was to fetch is not there: nothing is committed, the offset is out of
    /// range, the log was truncated. It has to be told where to go on.
    /// </summary>
    /// <param name="position">Where it was; <see cref="Offset.Unset"/> or another special offset when it does not say.</param>
    /// <param name="error">Why.</param>
    void Stopped(TopicPartitionOffset position, Error error);
}

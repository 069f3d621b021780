using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Records;

namespace Consumers.Framework.Polling;

/// <summary>
/// One Kafka client, as the poll loop needs it. Every member belongs to the poll thread, except <see cref="IOffsetCommitter.Commit"/>.
/// </summary>
internal interface IRecordSource : IOffsetCommitter
{
    /// <summary>Reads what this source delivers. Any thread.</summary>
    RecordReader Reader { get; }

    /// <summary>Joins the group. The events come from then on, while the source is polled or closed.</summary>
    void Subscribe(IEnumerable<string> topics, ISourceEvents events);

    /// <summary>Takes partitions without a group's say.</summary>
    void Assign(IEnumerable<TopicPartition> partitions, ISourceEvents events);

    /// <summary>
    /// Waits for the first record, then takes what is there, up to the batch's size. Answers rebalances on the way.
    /// </summary>
    /// <exception cref="ClientFailedException">The client is finished.</exception>
    void Poll(TimeSpan timeout, PollBatch batch);

    void Pause(IReadOnlyCollection<TopicPartition> partitions);

    void Resume(IReadOnlyCollection<TopicPartition> partitions);

    void Seek(TopicPartitionOffset position);

    /// <summary>The next offset that the client would deliver; null before the first.</summary>
    long? Position(TopicPartition topicPartition);

    /// <summary>The end of the partition as the last fetch told it; null before that.</summary>
    long? HighWatermark(TopicPartition topicPartition);

    /// <summary>Leaves the group and frees the client. Only with no commit in flight: otherwise it may never come back.</summary>
    void Close();

    /// <summary>Gives the client up without freeing it: destroying it under a call that has not come back is a crash.</summary>
    void Abandon();
}

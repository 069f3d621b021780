using Confluent.Kafka;
using Consumers.Framework.Records;

namespace Consumers.Framework.Clients;

/// <summary>Where a source puts what a poll brings. Poll thread only.</summary>
internal interface IRecordSink
{
    /// <summary>Whether the poll is to bring no more.</summary>
    bool IsFull { get; }

    /// <summary>The partition of the records that <see cref="Add(in FetchedRecord)"/> adds, until the next poll or callback.</summary>
    void Select(TopicPartition topicPartition);

    void Add(in FetchedRecord record);

    void Add(TopicPartition topicPartition, in FetchedRecord record);

    /// <summary>
    /// The client could not read what is stored there. What it delivers of the partition after that is not to be trusted (it may have
    /// lost its place in the response) and is dropped; the record is fetched again from its place when it comes to that.
    /// </summary>
    /// <param name="topicPartition">The partition.</param>
    /// <param name="offset">Where the client says it was; the lease's position is the truth when it has one.</param>
    /// <param name="record">What stands in the place of the record.</param>
    void AddUnreadable(TopicPartition topicPartition, long offset, UnreadableRecord record);

    /// <summary>The client has delivered everything that the partition holds; its next record will have this offset or a later one.</summary>
    void AddEnd(TopicPartition topicPartition, long offset);
}

using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Records;

namespace Consumers.Framework.Clients;

/// <summary>
/// One Kafka client, as the poll loop needs it. Every member belongs to the poll thread, except <see cref="Wake"/> and
/// <see cref="IOffsetCommitter.Commit"/>.
/// </summary>
internal interface IRecordSource : IOffsetCommitter
{
    /// <summary>Reads what this source delivers. Any thread.</summary>
    RecordReader Reader { get; }

    /// <summary>
    /// Whether the group has taken this client in, whatever it has given it. Under KIP-848 no event comes for a member that gets nothing.
    /// False, too, when the client does not tell. It costs a fraction of a millisecond.
    /// </summary>
    bool IsMember { get; }

    /// <summary>
    /// What the group calls this client; empty while it is no member. Under the classic protocol each membership has another, under KIP-848
    /// all of a client's have the same.
    /// </summary>
    string MemberId { get; }

    /// <summary>Why the client has no token for SASL/OAUTHBEARER; null when it has one, or needs none.</summary>
    string? TokenFailure => null;

    /// <summary>Joins the group. The events come from then on, while the source is polled or closed.</summary>
    void Subscribe(IEnumerable<string> topics, ISourceEvents events);

    /// <summary>Takes partitions without a group's say.</summary>
    void Assign(IEnumerable<TopicPartitionOffset> partitions, ISourceEvents events);

    /// <summary>
    /// Waits for the first record, then takes what is there, up to the batch's size. Answers rebalances on the way.
    /// </summary>
    /// <exception cref="ClientFailedException">The client is finished.</exception>
    void Poll(TimeSpan timeout, IRecordSink batch);

    /// <summary>Ends the poll that waits, or the next one, early. Any thread.</summary>
    void Wake();

    /// <summary>Fetches the partition no more. What the client has prefetched of it is thrown away.</summary>
    void Pause(TopicPartition topicPartition);

    /// <summary>Fetches the partition again.</summary>
    /// <param name="topicPartition">The partition.</param>
    /// <param name="position">The next offset that is expected, when known.</param>
    void Resume(TopicPartition topicPartition, long? position);

    /// <summary>Fetches a partition at once that it owns and that is not paused, where it is anyway. What the client has prefetched of it is thrown away.</summary>
    /// <param name="topicPartition">The partition.</param>
    /// <param name="position">The next offset that is expected.</param>
    void FetchNow(TopicPartition topicPartition, long position);

    /// <summary>Its records wait in the client, if it can do that, instead of being delivered; a few that are on their way may still come.</summary>
    void Hold(TopicPartition topicPartition);

    /// <summary>Its records are delivered again. Also for a partition that was held under an earlier assignment.</summary>
    /// <param name="topicPartition">The partition.</param>
    /// <param name="position">The next offset that is expected, when known.</param>
    void LetFlow(TopicPartition topicPartition, long? position);

    /// <summary>Starts partitions that it owns anew, somewhere else. What the client has prefetched of them is thrown away.</summary>
    /// <param name="starts">The partitions, and where they start.</param>
    /// <param name="positionOf">Where another one goes on. An eager assignment is replaced as a whole, so all of them start anew then.</param>
    /// <exception cref="ClientFailedException">The client did not do it, and is to be replaced.</exception>
    void StartAt(IReadOnlyCollection<TopicPartitionOffset> starts, Func<TopicPartition, Offset> positionOf);

    /// <summary>Asks the brokers.</summary>
    IOffsetLookup Offsets { get; }

    /// <summary>The next offset that the client would deliver; null before the first.</summary>
    long? Position(TopicPartition topicPartition);

    /// <summary>The end of the partition as the last fetch told it; null before that.</summary>
    long? HighWatermark(TopicPartition topicPartition);

    /// <summary>
    /// Leaves the group and frees the client. Only with no commit in flight: otherwise it may never come back. A client whose records
    /// are still in use only leaves.
    /// </summary>
    /// <param name="leaveGroup">Whether a static member leaves too; otherwise the group keeps its partitions for it until its session times out.</param>
    void Close(bool leaveGroup);

    /// <summary>Gives the client up without freeing it: destroying it under a call that has not come back is a crash.</summary>
    void Abandon();
}

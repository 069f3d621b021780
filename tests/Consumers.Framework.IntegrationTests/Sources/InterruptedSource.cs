using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Polling;
using Consumers.Framework.Records;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>A source whose client is finished at the moment that the test chooses, with the records of that poll already in the batch.</summary>
internal sealed class InterruptedSource(IRecordSource inner, Func<bool> isFinished) : IRecordSource
{
    public RecordReader Reader => inner.Reader;

    public void Poll(TimeSpan timeout, PollBatch batch)
    {
        inner.Poll(timeout, batch);
        if (batch.Count > 0 && isFinished())
        {
            throw new ClientFailedException(new Error(ErrorCode.Local_Fatal, "the test says so", isFatal: true));
        }
    }

    public void Subscribe(IEnumerable<string> topics, ISourceEvents events) => inner.Subscribe(topics, events);

    public void Assign(IEnumerable<TopicPartitionOffset> partitions, ISourceEvents events) => inner.Assign(partitions, events);

    public void Wake() => inner.Wake();

    public void Pause(TopicPartition topicPartition) => inner.Pause(topicPartition);

    public void Resume(TopicPartition topicPartition, long? position) => inner.Resume(topicPartition, position);

    public void Hold(TopicPartition topicPartition) => inner.Hold(topicPartition);

    public void LetFlow(TopicPartition topicPartition, long? position) => inner.LetFlow(topicPartition, position);

    public IOffsetLookup Offsets => inner.Offsets;

    public void StartAt(IReadOnlyCollection<TopicPartitionOffset> starts, Func<TopicPartition, Offset> positionOf) => inner.StartAt(starts, positionOf);

    public long? Position(TopicPartition topicPartition) => inner.Position(topicPartition);

    public long? HighWatermark(TopicPartition topicPartition) => inner.HighWatermark(topicPartition);

    public bool Commit(IReadOnlyList<CommitPoint> points, CommitReply reply) => inner.Commit(points, reply);

    public void Close(bool leaveGroup) => inner.Close(leaveGroup);

    public void Abandon() => inner.Abandon();
}

using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Committing;
using Consumers.Framework.Polling;
using Consumers.Framework.Records;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>A source that fails at the moment that the test chooses, with the records of that poll already in the batch, or in a callback.</summary>
/// <param name="inner">The source.</param>
/// <param name="isFinished">Asked after each poll that brought records.</param>
/// <param name="failure">What the poll throws then; null for what a client throws that is finished.</param>
/// <param name="events">What comes in the place of the poll loop's events.</param>
internal sealed class InterruptedSource(
    IRecordSource inner, Func<bool> isFinished, Func<Exception>? failure = null, Func<ISourceEvents, ISourceEvents>? events = null) : IRecordSource
{
    public RecordReader Reader => inner.Reader;

    public bool IsMember => inner.IsMember;

    public string MemberId => inner.MemberId;

    public void Poll(TimeSpan timeout, IRecordSink batch)
    {
        inner.Poll(timeout, batch);
        if (((PollBatch)batch).Count > 0 && isFinished())
        {
            throw failure?.Invoke() ?? new ClientFailedException(new Error(ErrorCode.Local_Fatal, "the test says so", isFatal: true));
        }
    }

    public void Subscribe(IEnumerable<string> topics, ISourceEvents told) => inner.Subscribe(topics, events?.Invoke(told) ?? told);

    public void Assign(IEnumerable<TopicPartitionOffset> partitions, ISourceEvents told) => inner.Assign(partitions, events?.Invoke(told) ?? told);

    public void Wake() => inner.Wake();

    public void Pause(TopicPartition topicPartition) => inner.Pause(topicPartition);

    public void Resume(TopicPartition topicPartition, long? position) => inner.Resume(topicPartition, position);

    public void Hold(TopicPartition topicPartition) => inner.Hold(topicPartition);

    public void FetchNow(TopicPartition topicPartition, long position) => inner.FetchNow(topicPartition, position);

    public void LetFlow(TopicPartition topicPartition, long? position) => inner.LetFlow(topicPartition, position);

    public IOffsetLookup Offsets => inner.Offsets;

    public void StartAt(IReadOnlyCollection<TopicPartitionOffset> starts, Func<TopicPartition, Offset> positionOf) => inner.StartAt(starts, positionOf);

    public long? Position(TopicPartition topicPartition) => inner.Position(topicPartition);

    public long? HighWatermark(TopicPartition topicPartition) => inner.HighWatermark(topicPartition);

    public bool Commit(IReadOnlyList<CommitPoint> points, CommitReply reply) => inner.Commit(points, reply);

    public void Close(bool leaveGroup) => inner.Close(leaveGroup);

    public void Abandon() => inner.Abandon();
}

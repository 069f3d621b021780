using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Records;

namespace Consumers.Framework.Clients;

/// <summary>
/// The source over <see cref="IConsumer{TKey,TValue}.Consume(TimeSpan)"/>. What it lacks beside the native one: records come one per call
/// and are copied, a stop is noticed after a slice of the poll timeout, a commit blocks its thread until the broker answers, and a
/// partition that is held is fetched again.
/// </summary>
internal sealed class ManagedRecordSource(ConsumerClient client) : IRecordSource
{
    public RecordReader Reader => ManagedRecordReader.Instance;

    public bool IsMember => client.IsMember;

    public string MemberId => client.Consumer.MemberId;

    public string? TokenFailure => client.TokenFailure;

    public void Subscribe(IEnumerable<string> topics, ISourceEvents events) => client.Subscribe(topics, events);

    public void Assign(IEnumerable<TopicPartitionOffset> partitions, ISourceEvents events) => client.Assign(partitions, events);

    public void Poll(TimeSpan timeout, IRecordSink batch)
    {
        var wait = timeout;
        while (!batch.IsFull)
        {
            try
            {
                var result = client.Consumer.Consume(wait);
                wait = TimeSpan.Zero;
                client.ThrowIfCallbackFailed();
                if (result is null)
                {
                    return;
                }

                if (result.IsPartitionEOF)
                {
                    batch.AddEnd(result.TopicPartition, result.Offset);
                    continue;
                }

                var message = result.Message;
                batch.Add(result.TopicPartition, new FetchedRecord(
                    result.Offset, result.LeaderEpoch ?? -1, (message.Key?.Length ?? 0) + (message.Value?.Length ?? 0), message));
            }
            catch (ConsumeException exception)
            {
                client.OnConsumeError(exception.Error, exception.ConsumerRecord?.TopicPartition, exception.ConsumerRecord?.Offset.Value ?? Offset.Unset.Value, batch);
            }
        }
    }

    public void Wake()
    {
        // The slice of the poll timeout is short.
    }

    public void Pause(TopicPartition topicPartition) => client.Pause(topicPartition);

    public void Resume(TopicPartition topicPartition, long? position) => client.Resume(topicPartition, position);

    public void FetchNow(TopicPartition topicPartition, long position) => client.FetchNow(topicPartition, position);

    public void Hold(TopicPartition topicPartition) => client.Pause(topicPartition);

    public void LetFlow(TopicPartition topicPartition, long? position) => client.Resume(topicPartition, position);

    public IOffsetLookup Offsets => client.Offsets;

    public void StartAt(IReadOnlyCollection<TopicPartitionOffset> starts, Func<TopicPartition, Offset> positionOf) => client.Assignment.StartAt(starts, positionOf);

    public long? Position(TopicPartition topicPartition) => client.Position(topicPartition);

    public long? HighWatermark(TopicPartition topicPartition) => client.HighWatermark(topicPartition);

    public bool Commit(IReadOnlyList<CommitPoint> points, CommitReply reply)
    {
        try
        {
            client.Consumer.Commit(points.Select(static point => new TopicPartitionOffset(
                point.Source.TopicPartition, point.NextOffset, point.LeaderEpoch >= 0 ? point.LeaderEpoch : null)));
        }
        catch (TopicPartitionOffsetException exception)
        {
            for (var index = 0; index < points.Count; index++)
            {
                var topicPartition = points[index].Source.TopicPartition;
                var error = exception.Results.Find(result => result.TopicPartition == topicPartition)?.Error ?? exception.Error;
                if (error.IsError)
                {
                    reply.Refuse(index, error);
                }
            }
        }
        catch (KafkaException exception)
        {
            reply.RefuseAll(exception.Error);
        }

        return true;
    }

    public void Close(bool leaveGroup)
    {
        client.LetGo(leaveGroup);
        client.Close();
    }

    public void Abandon() => client.Abandon();
}

using Confluent.Kafka;
using Consumers.Framework.Interop;

namespace Consumers.Framework.Clients;

/// <summary>
/// Which partitions' queues are joined to the consumer's queue, and which are detached so that their records wait in the client. Poll
/// thread only.
/// </summary>
/// <remarks>
/// The client joins a partition's queue when it begins to fetch and detaches it when it stops, but it never again joins one that the
/// application has ever forwarded. So a partition that was held once, under whatever assignment, is silent in the next one until it is
/// joined here. The stop is another thread's work: the poll returns from the callbacks; it joins the queue; that thread, late, stops the
/// old fetch and detaches the queue; then the new fetch begins. Therefore it is joined again and again until something has come from it.
/// </remarks>
internal sealed class PartitionForwarding(NativeClient native, ClientAssignment assignment, TimeProvider time)
{
    private static readonly TimeSpan JoinEvery = TimeSpan.FromMilliseconds(50);

    private readonly HashSet<TopicPartition> _touched = [];
    private readonly HashSet<TopicPartition> _detached = [];
    private readonly HashSet<TopicPartition> _silent = [];
    private long _joinedAt;

    public void Detach(TopicPartition topicPartition)
    {
        _touched.Add(topicPartition);
        _detached.Add(topicPartition);
        _silent.Remove(topicPartition);
        Forward(topicPartition, toConsumer: false);
    }

    public void Join(TopicPartition topicPartition)
    {
        _detached.Remove(topicPartition);
        _silent.Add(topicPartition);
        Forward(topicPartition, toConsumer: true);
    }

    /// <summary>A callback was served. What is held stays held: whoever holds it knows whether that is over.</summary>
    public void AssignmentChanged()
    {
        foreach (var topicPartition in _touched)
        {
            if (assignment.Owns(topicPartition) && !_detached.Contains(topicPartition))
            {
                _silent.Add(topicPartition);
            }
        }

        _joinedAt = 0;
    }

    /// <summary>Something came from the partition.</summary>
    public void Delivered(TopicPartition topicPartition)
    {
        if (_silent.Count > 0)
        {
            _silent.Remove(topicPartition);
        }
    }

    /// <summary>After a poll: joins what has not come to life since.</summary>
    public void JoinAgain()
    {
        if (_silent.Count == 0)
        {
            return;
        }

        var now = time.GetTimestamp();
        if (_joinedAt != 0 && time.GetElapsedTime(_joinedAt, now) < JoinEvery)
        {
            return;
        }

        _joinedAt = now;
        _silent.RemoveWhere(topicPartition => !assignment.Owns(topicPartition));
        foreach (var topicPartition in _silent)
        {
            Forward(topicPartition, toConsumer: true);
        }
    }

    private void Forward(TopicPartition topicPartition, bool toConsumer) =>
        native.Forward(topicPartition.Topic, topicPartition.Partition.Value, toConsumer);
}

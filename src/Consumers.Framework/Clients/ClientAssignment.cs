using Confluent.Kafka;

namespace Consumers.Framework.Clients;

/// <summary>The partitions that a client has been given, by the group or by the application, and how they are started anew. Poll thread only.</summary>
internal sealed class ClientAssignment(IConsumer<byte[]?, byte[]?> consumer, bool isEager)
{
    private readonly HashSet<TopicPartition> _owned = [];

    /// <summary>Whether the group gives partitions; otherwise the application has taken them.</summary>
    public bool IsSubscribed { get; set; }

    /// <summary>Whether the partition was given to this client and not taken back.</summary>
    public bool Owns(TopicPartition topicPartition) => _owned.Contains(topicPartition);

    public void Given(IEnumerable<TopicPartition> partitions) => _owned.UnionWith(partitions);

    public void Taken(IEnumerable<TopicPartition> partitions) => _owned.ExceptWith(partitions);

    /// <summary>
    /// After a callback: Confluent applies an assignment when the callback has returned, and keeps a failure of that to itself until its
    /// own consume call, which the native source never makes.
    /// </summary>
    /// <exception cref="ClientFailedException">The client did not apply what it announced.</exception>
    public void ThrowIfItDiffers()
    {
        if (IsSubscribed && !_owned.SetEquals(consumer.Assignment))
        {
            throw new ClientFailedException(new Error(
                ErrorCode.Local_State, $"the client announced {_owned.Count} partitions and holds {consumer.Assignment.Count}", isFatal: false));
        }
    }

    /// <summary>
    /// Outside of a callback, and a rebalance may wait on the queue meanwhile. T1 (the client) announces a revocation and waits for the
    /// answer; T2 (the poll thread) takes a partition out and puts it in again, which T1 takes for that answer; the callback comes all the
    /// same, drains, and takes out what was announced. So it costs a round of the rebalance, and nothing else.
    /// </summary>
    /// <param name="starts">The partitions, and where they start.</param>
    /// <param name="positionOf">Where another one goes on: an eager assignment can only be replaced as a whole.</param>
    /// <exception cref="ClientFailedException">The client did not do it.</exception>
    public void StartAt(IReadOnlyCollection<TopicPartitionOffset> starts, Func<TopicPartition, Offset> positionOf)
    {
        try
        {
            if (isEager && IsSubscribed)
            {
                var wanted = starts.ToDictionary(static start => start.TopicPartition, static start => start.Offset);
                consumer.Assign(_owned.Select(owned => new TopicPartitionOffset(owned, wanted.TryGetValue(owned, out var start) ? start : positionOf(owned))));
                return;
            }

            consumer.IncrementalUnassign(starts.Select(static start => start.TopicPartition));
            consumer.IncrementalAssign(starts);
        }
        catch (KafkaException exception)
        {
            throw new ClientFailedException(exception.Error);
        }
    }
}

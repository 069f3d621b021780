using Confluent.Kafka;
using Consumers.Framework.Records;

namespace Consumers.Framework.Polling;

/// <summary>
/// The Confluent consumer behind a source: its callbacks guarded, its errors sorted, its end in order. Poll thread only, except for what
/// the committer does with <see cref="Consumer"/>.
/// </summary>
internal sealed class ConsumerClient
{
    /// <summary>Clients that were given up. Kept reachable, so that no finalizer destroys one under a call that has not come back.</summary>
    private static readonly List<IConsumer<byte[]?, byte[]?>> Abandoned = [];

    /// <summary>How long <see cref="LetGo"/> waits for an open join; as long again it serves what is left of a rebalance, which is local to the client.</summary>
    private static readonly TimeSpan LetGoLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ServeSlice = TimeSpan.FromMilliseconds(5);

    private readonly TimeProvider _time;
    private readonly bool _isStatic;
    private readonly bool _isClassic;
    private readonly HashSet<TopicPartition> _owned = [];
    private bool _hasJoined;
    private bool _isSubscribed;
    private ISourceEvents? _events;
    private Exception? _callbackFailure;

    public ConsumerClient(IReadOnlyDictionary<string, string> client, ClientLog log, TimeProvider time)
    {
        _time = time;
        _isStatic = client.ContainsKey("group.instance.id");
        _isClassic = !string.Equals(client.GetValueOrDefault("group.protocol"), "consumer", StringComparison.OrdinalIgnoreCase);

        // Each callback is typed, because a lambda may fit both overloads. Only the assigned one may be a Func, which says where partitions
        // start: the Func overloads of the others hang Close under the incremental protocols.
        Consumer = new ConsumerBuilder<byte[]?, byte[]?>(client)
            .SetPartitionsAssignedHandler((Func<IConsumer<byte[]?, byte[]?>, List<TopicPartition>, IEnumerable<TopicPartitionOffset>>)((_, partitions) => OnAssigned(partitions)))
            .SetPartitionsRevokedHandler((Action<IConsumer<byte[]?, byte[]?>, List<TopicPartitionOffset>>)((_, positions) => Guard(events => events.Revoked(Taken(positions)))))
            .SetPartitionsLostHandler((Action<IConsumer<byte[]?, byte[]?>, List<TopicPartitionOffset>>)((_, positions) => Guard(events => events.Lost(Taken(positions)))))
            .SetErrorHandler((_, error) => Guard(events => OnError(error, events)))
            .SetLogHandler((_, message) => log.Write(message))
            .Build();
    }

    public IConsumer<byte[]?, byte[]?> Consumer { get; }

    /// <summary>Grows with every callback.</summary>
    public int Callbacks { get; private set; }

    /// <summary>Whether the group has given the partition to this client and not taken it back.</summary>
    public bool Owns(TopicPartition topicPartition) => _owned.Contains(topicPartition);

    public void Subscribe(IEnumerable<string> topics, ISourceEvents events)
    {
        _events = events;
        _isSubscribed = true;
        Consumer.Subscribe(topics);
    }

    public void Assign(IEnumerable<TopicPartitionOffset> partitions, ISourceEvents events)
    {
        _events = events;
        Consumer.Assign(partitions);
    }

    public void Pause(TopicPartition topicPartition) => Consumer.Pause([topicPartition]);

    public void Resume(TopicPartition topicPartition, long? position)
    {
        Consumer.Resume([topicPartition]);
        if (position is not { } next)
        {
            return;
        }

        try
        {
            // Without it the client waits for its next tick, up to a second.
            Consumer.Seek(new TopicPartitionOffset(topicPartition, next));
        }
        catch (KafkaException)
        {
            // The partition is between two states in the client; then the tick it is.
        }
    }

    public long? Position(TopicPartition topicPartition) => Consumer.Position(topicPartition) is { IsSpecial: false } position ? position.Value : null;

    public long? HighWatermark(TopicPartition topicPartition) =>
        Consumer.GetWatermarkOffsets(topicPartition).High is { IsSpecial: false } high ? high.Value : null;

    /// <summary>An error came in the place of a record.</summary>
    /// <exception cref="ClientFailedException">The error is the end of the client.</exception>
    public void OnConsumeError(Error error, TopicPartition? topicPartition, long offset, PollBatch batch)
    {
        if (error.IsFatal)
        {
            throw new ClientFailedException(error);
        }

        if (topicPartition is not null && offset >= 0 && UnreadableRecord.IsMeantBy(error))
        {
            _events?.Unreadable(new TopicPartitionOffset(topicPartition, offset), error);
            batch.AddUnreadable(topicPartition, offset, new UnreadableRecord(error));
        }
        else if (error.Code == ErrorCode.Local_AutoOffsetReset && topicPartition is not null)
        {
            _events?.NoOffset(topicPartition, error);
        }
        else
        {
            _events?.SubscriptionFailed(error, topicPartition);
        }
    }

    public void ThrowIfCallbackFailed()
    {
        if (_callbackFailure is { } failure)
        {
            _callbackFailure = null;
            throw new InvalidOperationException("A rebalance callback failed.", failure);
        }
    }

    /// <summary>
    /// After a callback: Confluent applies an assignment when the callback has returned, and keeps a failure of that to itself until its
    /// own consume call, which the native source never makes.
    /// </summary>
    /// <exception cref="ClientFailedException">The client did not apply what it announced.</exception>
    public void ThrowIfAssignmentDiffers()
    {
        if (_isSubscribed && !_owned.SetEquals(Consumer.Assignment))
        {
            throw new ClientFailedException(new Error(
                ErrorCode.Local_State, $"the client announced {_owned.Count} partitions and holds {Consumer.Assignment.Count}", isFatal: false));
        }
    }

    /// <summary>
    /// Ends the membership before the client is closed, so that no rebalance is left to the close. When one is:
    /// the revocation of a round that has just ended waits on the queue; the close adds its own; the client, now terminating, takes the
    /// answer to the first for an answer to both and leaves; the coordinator says yes and the group's queue is shut; the second callback
    /// returns, and Confluent's unassign call after it waits on that queue for ever.
    /// </summary>
    public void LetGo()
    {
        if (!_isSubscribed)
        {
            return;
        }

        // A static member stays in the group, which unsubscribing would end: what waits on the queue is served, no more.
        var startedAt = _time.GetTimestamp();
        int served;
        try
        {
            if (!_isStatic)
            {
                // A member that stops while its first join is open does not leave, and the group waits for it for a session timeout.
                // The join ends when the members that stop with this one have left.
                while (IsJoining && _time.GetElapsedTime(startedAt) < LetGoLimit)
                {
                    ServeOnce();
                }

                Consumer.Unsubscribe();
            }

            do
            {
                served = Callbacks;
                ServeOnce();
            }
            while ((served != Callbacks || (!_isStatic && Consumer.Assignment.Count > 0)) && _time.GetElapsedTime(startedAt) < LetGoLimit * 2);
        }
        catch (KafkaException)
        {
            // A finished client has nothing to let go of, and the close comes anyway.
        }
    }

    public void Close()
    {
        try
        {
            Consumer.Close();
        }
        catch (KafkaException exception) when (exception.Error.IsFatal)
        {
            // A fenced or otherwise finished client cannot leave its group; there is nothing to leave.
        }

        Consumer.Dispose();
    }

    public void Abandon()
    {
        lock (Abandoned)
        {
            Abandoned.Add(Consumer);
        }
    }

    /// <summary>The coordinator knows the member, and has not given it an assignment yet.</summary>
    private bool IsJoining => _isClassic && !_hasJoined && !string.IsNullOrEmpty(Consumer.MemberId);

    /// <summary>Records that come along were never handed on: the next owner reads them.</summary>
    private void ServeOnce()
    {
        try
        {
            Consumer.Consume(ServeSlice);
        }
        catch (ConsumeException)
        {
            // Nor does an error of a record matter any more.
        }
    }

    /// <summary>Every partition has to be named, also when the callback failed: Confluent refuses an answer that is not the assignment.</summary>
    private IEnumerable<TopicPartitionOffset> OnAssigned(List<TopicPartition> partitions)
    {
        IReadOnlyList<TopicPartitionOffset>? starts = null;
        Guard(events =>
        {
            _hasJoined = true;
            _owned.UnionWith(partitions);
            starts = events.Assigned(partitions);
        });
        return starts ?? partitions.ConvertAll(static partition => new TopicPartitionOffset(partition, Offset.Unset));
    }

    private List<TopicPartition> Taken(List<TopicPartitionOffset> positions)
    {
        var partitions = positions.ConvertAll(static position => position.TopicPartition);
        _owned.ExceptWith(partitions);
        return partitions;
    }

    private static void OnError(Error error, ISourceEvents events)
    {
        if (!error.IsFatal && error.Code is ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Authentication or ErrorCode.Local_Ssl)
        {
            events.ConnectionFailed(error);
        }
    }

    /// <summary>
    /// No exception leaves a callback: one from an assignment leaves a member that consumes nothing for ever, one from another callback
    /// loses a record. It is kept, and ends the worker when the client has returned.
    /// </summary>
    private void Guard(Action<ISourceEvents> callback)
    {
        try
        {
            Callbacks++;
            if (_events is { } events)
            {
                callback(events);
            }
        }
        catch (Exception exception)
        {
            _callbackFailure ??= exception;
        }
    }
}

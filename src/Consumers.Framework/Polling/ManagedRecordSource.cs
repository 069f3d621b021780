using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Records;

namespace Consumers.Framework.Polling;

/// <summary>
/// The source over <see cref="IConsumer{TKey,TValue}.Consume(TimeSpan)"/>. What it lacks beside a native one: records come one per call
/// and are copied, a stop is noticed after a slice of the poll timeout, and a commit blocks its thread until the broker answers.
/// </summary>
internal sealed class ManagedRecordSource : IRecordSource
{
    /// <summary>Clients that were given up. Kept reachable, so that no finalizer destroys one under a call that has not come back.</summary>
    private static readonly List<IConsumer<byte[]?, byte[]?>> Abandoned = [];

    /// <summary>How long <see cref="Close"/> waits for an open join; as long again it serves what is left of a rebalance, which is local to the client.</summary>
    private static readonly TimeSpan LetGoLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ServeSlice = TimeSpan.FromMilliseconds(5);

    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly TimeProvider _time;
    private readonly bool _isStatic;
    private readonly bool _isClassic;
    private bool _hasJoined;
    private bool _isSubscribed;
    private int _callbacks;
    private ISourceEvents? _events;
    private Exception? _callbackFailure;

    public ManagedRecordSource(IReadOnlyDictionary<string, string> client, ClientLog log, TimeProvider time)
    {
        _time = time;
        _isStatic = client.ContainsKey("group.instance.id");
        _isClassic = !string.Equals(client.GetValueOrDefault("group.protocol"), "consumer", StringComparison.OrdinalIgnoreCase);

        // Every callback is typed as an Action: the Func overloads hang Close under the incremental protocols.
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(client)
            .SetPartitionsAssignedHandler((Action<IConsumer<byte[]?, byte[]?>, List<TopicPartition>>)((_, partitions) => Guard(events =>
            {
                _hasJoined = true;
                events.Assigned(partitions);
            })))
            .SetPartitionsRevokedHandler((Action<IConsumer<byte[]?, byte[]?>, List<TopicPartitionOffset>>)((_, partitions) => Guard(events => events.Revoked(Partitions(partitions)))))
            .SetPartitionsLostHandler((Action<IConsumer<byte[]?, byte[]?>, List<TopicPartitionOffset>>)((_, partitions) => Guard(events => events.Lost(Partitions(partitions)))))
            .SetErrorHandler((_, error) => Guard(events => OnError(error, events)))
            .SetLogHandler((_, message) => log.Write(message))
            .Build();
    }

    public RecordReader Reader => ManagedRecordReader.Instance;

    public void Subscribe(IEnumerable<string> topics, ISourceEvents events)
    {
        _events = events;
        _isSubscribed = true;
        _consumer.Subscribe(topics);
    }

    public void Assign(IEnumerable<TopicPartitionOffset> partitions, ISourceEvents events)
    {
        _events = events;
        _consumer.Assign(partitions);
    }

    public void Poll(TimeSpan timeout, PollBatch batch)
    {
        var wait = timeout;
        while (!batch.IsFull)
        {
            try
            {
                var result = _consumer.Consume(wait);
                wait = TimeSpan.Zero;
                ThrowIfCallbackFailed();
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
                OnConsumeError(exception.Error, exception.ConsumerRecord?.TopicPartition);
            }
        }
    }

    public void Pause(IReadOnlyCollection<TopicPartition> partitions) => _consumer.Pause(partitions);

    public void Resume(IReadOnlyCollection<TopicPartition> partitions) => _consumer.Resume(partitions);

    public void Seek(TopicPartitionOffset position) => _consumer.Seek(position);

    public long? Position(TopicPartition topicPartition) => _consumer.Position(topicPartition) is { IsSpecial: false } position ? position.Value : null;

    public long? HighWatermark(TopicPartition topicPartition) =>
        _consumer.GetWatermarkOffsets(topicPartition).High is { IsSpecial: false } high ? high.Value : null;

    public bool Commit(IReadOnlyList<CommitPoint> points, CommitReply reply)
    {
        try
        {
            _consumer.Commit(points.Select(static point => new TopicPartitionOffset(
                point.Lease.TopicPartition, point.NextOffset, point.LeaderEpoch >= 0 ? point.LeaderEpoch : null)));
        }
        catch (TopicPartitionOffsetException exception)
        {
            for (var index = 0; index < points.Count; index++)
            {
                var topicPartition = points[index].Lease.TopicPartition;
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

    public void Close()
    {
        LetGo();
        try
        {
            _consumer.Close();
        }
        catch (KafkaException exception) when (exception.Error.IsFatal)
        {
            // A fenced or otherwise finished client cannot leave its group; there is nothing to leave.
        }

        _consumer.Dispose();
    }

    public void Abandon()
    {
        lock (Abandoned)
        {
            Abandoned.Add(_consumer);
        }
    }

    /// <summary>
    /// Ends the membership before the client is closed, so that no rebalance is left to the close. When one is:
    /// the revocation of a round that has just ended waits on the queue; the close adds its own; the client, now terminating, takes the
    /// answer to the first for an answer to both and leaves; the coordinator says yes and the group's queue is shut; the second callback
    /// returns, and Confluent's unassign call after it waits on that queue for ever.
    /// </summary>
    private void LetGo()
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

                _consumer.Unsubscribe();
            }

            do
            {
                served = _callbacks;
                ServeOnce();
            }
            while ((served != _callbacks || (!_isStatic && _consumer.Assignment.Count > 0)) && _time.GetElapsedTime(startedAt) < LetGoLimit * 2);
        }
        catch (KafkaException)
        {
            // A finished client has nothing to let go of, and the close comes anyway.
        }
    }

    /// <summary>The coordinator knows the member, and has not given it an assignment yet.</summary>
    private bool IsJoining => _isClassic && !_hasJoined && !string.IsNullOrEmpty(_consumer.MemberId);

    /// <summary>Records that come along were never handed on: the next owner reads them.</summary>
    private void ServeOnce()
    {
        try
        {
            _consumer.Consume(ServeSlice);
        }
        catch (ConsumeException)
        {
            // Nor does an error of a record matter any more.
        }
    }

    private static List<TopicPartition> Partitions(List<TopicPartitionOffset> positions) =>
        positions.ConvertAll(static position => position.TopicPartition);

    private static void OnError(Error error, ISourceEvents events)
    {
        if (!error.IsFatal && error.Code is ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Authentication or ErrorCode.Local_Ssl)
        {
            events.ConnectionFailed(error);
        }
    }

    private void OnConsumeError(Error error, TopicPartition? topicPartition)
    {
        if (error.IsFatal)
        {
            throw new ClientFailedException(error);
        }

        if (error.Code == ErrorCode.Local_AutoOffsetReset && topicPartition is not null)
        {
            _events?.NoOffset(topicPartition, error);
        }
        else
        {
            _events?.SubscriptionFailed(error, topicPartition);
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
            _callbacks++;
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

    private void ThrowIfCallbackFailed()
    {
        if (_callbackFailure is { } failure)
        {
            _callbackFailure = null;
            throw new InvalidOperationException("A rebalance callback failed.", failure);
        }
    }
}

using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Interop;
using Consumers.Framework.Records;

namespace Consumers.Framework.Clients;

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
    private readonly ClientLog _log;
    private readonly ClientTokens? _tokens;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly bool _isStatic;
    private readonly bool _isClassic;
    private bool _hasJoined;
    private bool _isUnreachable;
    private ISourceEvents? _events;
    private Exception? _callbackFailure;

    public ConsumerClient(IReadOnlyDictionary<string, string> client, ClientLog log, ClientTokens? tokens, TimeProvider time)
    {
        _time = time;
        _log = log;
        _tokens = tokens;
        _settings = client;
        _isStatic = client.ContainsKey("group.instance.id");
        _isClassic = !string.Equals(client.GetValueOrDefault("group.protocol"), "consumer", StringComparison.OrdinalIgnoreCase);

        // The assignment's is a Func, which gives the start offsets. The others are typed as Actions: their Func overloads hang Close
        // under the incremental protocols.
        var builder = new ConsumerBuilder<byte[]?, byte[]?>(client)
            .SetPartitionsAssignedHandler((Func<IConsumer<byte[]?, byte[]?>, List<TopicPartition>, IEnumerable<TopicPartitionOffset>>)((_, partitions) => Assigned(partitions)))
            .SetPartitionsRevokedHandler((Action<IConsumer<byte[]?, byte[]?>, List<TopicPartitionOffset>>)((_, positions) => Guard(events => events.Revoked(Taken(positions)))))
            .SetPartitionsLostHandler((Action<IConsumer<byte[]?, byte[]?>, List<TopicPartitionOffset>>)((_, positions) => Guard(events => events.Lost(Taken(positions)))))
            .SetErrorHandler((_, error) => Guard(events => OnError(error, events)))
            .SetLogHandler((_, message) => log.Write(message));
        if (tokens is not null)
        {
            builder.SetOAuthBearerTokenRefreshHandler((_, _) => tokens.Request());
        }

        Consumer = ConfluentLibrary.Create(builder);
        tokens?.Begin(Consumer);
        Offsets = new OffsetLookup(Consumer, time);
        Assignment = new ClientAssignment(Consumer, isEager: _isClassic && client.GetValueOrDefault("partition.assignment.strategy") is "range" or "roundrobin");
    }

    public IConsumer<byte[]?, byte[]?> Consumer { get; }

    public IOffsetLookup Offsets { get; }

    public ClientAssignment Assignment { get; }

    /// <summary>Whether the group has taken this client in, whatever it has given it.</summary>
    public bool IsMember => Assignment.IsSubscribed && GroupGeneration.Of(Consumer) is not null;

    /// <summary>Why the client has no token; null when it has, or needs none.</summary>
    public string? TokenFailure => _tokens?.Failure;

    /// <summary>Grows with every callback.</summary>
    public int Callbacks { get; private set; }

    public void Subscribe(IEnumerable<string> topics, ISourceEvents events)
    {
        _events = events;
        Assignment.IsSubscribed = true;
        Consumer.Subscribe(topics);
    }

    public void Assign(IEnumerable<TopicPartitionOffset> partitions, ISourceEvents events)
    {
        _events = events;
        List<TopicPartitionOffset> starts = [.. partitions];
        Assignment.Given(starts.Select(static start => start.TopicPartition));
        Consumer.Assign(starts);
    }

    public void Pause(TopicPartition topicPartition) => Consumer.Pause([topicPartition]);

    public void Resume(TopicPartition topicPartition, long? position)
    {
        Consumer.Resume([topicPartition]);
        if (position is { } next)
        {
            FetchNow(topicPartition, next);
        }
    }

    /// <summary>
    /// After the client was paused, by the application or by itself for a callback, it is only resumed at its next tick, up to a second
    /// later: the thread that fetches sleeps until then. A seek wakes it.
    /// </summary>
    public void FetchNow(TopicPartition topicPartition, long position)
    {
        try
        {
            Consumer.Seek(new TopicPartitionOffset(topicPartition, position));
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
    public void OnConsumeError(Error error, TopicPartition? topicPartition, long offset, IRecordSink batch)
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
            _events?.Stopped(new TopicPartitionOffset(topicPartition, offset), error);
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
    /// Ends the membership before the client is closed, so that no rebalance is left to the close. When one is:
    /// the revocation of a round that has just ended waits on the queue; the close adds its own; the client, now terminating, takes the
    /// answer to the first for an answer to both and leaves; the coordinator says yes and the group's queue is shut; the second callback
    /// returns, and Confluent's unassign call after it waits on that queue for ever.
    /// </summary>
    /// <param name="leaveGroup">Whether a static member leaves too, which a close alone never does.</param>
    public void LetGo(bool leaveGroup)
    {
        if (!Assignment.IsSubscribed)
        {
            return;
        }

        // A static member that stays in the group must not unsubscribe, which would end that: what waits on the queue is served, no more.
        var leaves = leaveGroup || !_isStatic;
        var startedAt = _time.GetTimestamp();
        int served;
        try
        {
            if (leaves)
            {
                // A member that stops while its first join is open does not leave, and the group waits for it for a session timeout:
                // also where the coordinator has given it an id (KIP-394) or partitions (KIP-848), and the client has not read that yet,
                // which nothing tells from a join that cannot be sent. A classic join ends when the members that stop with this one have left.
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
            while ((served != Callbacks || (leaves && !HasLeft)) && _time.GetElapsedTime(startedAt) < LetGoLimit * 2);
        }
        catch (KafkaException)
        {
            // A finished client has nothing to let go of, and the close comes anyway.
        }
    }

    public void Close()
    {
        _tokens?.Dispose();
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
        _tokens?.Dispose();
        lock (Abandoned)
        {
            Abandoned.Add(Consumer);
        }
    }

    /// <summary>The coordinator may know the member, which has not heard from it or, in the classic protocol, has no assignment yet.</summary>
    private bool IsJoining => _isClassic ? !_hasJoined && (Consumer.MemberId is { Length: > 0 } || !_isUnreachable) : !IsMember && !_isUnreachable;

    /// <summary>
    /// What is left can be done by the close. That is not so of a static member's request to leave: it is sent some time after the last
    /// partition was given up, and not any more once the close has begun. The client forgets its member id when it sends it.
    /// </summary>
    private bool HasLeft => Consumer.Assignment.Count == 0 && !(_isStatic && _isClassic && Consumer.MemberId is { Length: > 0 });

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
    private IEnumerable<TopicPartitionOffset> Assigned(List<TopicPartition> partitions)
    {
        IReadOnlyCollection<TopicPartitionOffset>? starts = null;
        Guard(events =>
        {
            _hasJoined = true;
            Assignment.Given(partitions);
            starts = events.Assigned(partitions);
        });
        return starts ?? partitions.ConvertAll(static partition => new TopicPartitionOffset(partition, Offset.Unset));
    }

    private List<TopicPartition> Taken(List<TopicPartitionOffset> positions)
    {
        var partitions = positions.ConvertAll(static position => position.TopicPartition);
        Assignment.Taken(partitions);
        return partitions;
    }

    private void OnError(Error error, ISourceEvents events)
    {
        if (!error.IsFatal
            && error.Code is ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Authentication or ErrorCode.Local_Ssl or ErrorCode.Local_Transport or ErrorCode.Local_Resolve)
        {
            _isUnreachable |= error.Code == ErrorCode.Local_AllBrokersDown;

            // Noted here too: a log level of the client's may keep its log silent.
            _log.Brokers.Note(error.Reason);
            var explained = Secrets.Hide(_log.Brokers.Explain(error), _settings);
            events.ConnectionFailed(new Error(error.Code, _log.Mismatch is { } mismatch ? $"{explained}: {mismatch}" : explained));
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

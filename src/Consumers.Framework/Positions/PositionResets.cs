using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Leases;

namespace Consumers.Framework.Positions;

/// <summary>
/// Puts partitions right that the client has stopped: it starts them where they were when the client had only lost its way, else by
/// policy, and says what that costs. Poll thread only.
/// </summary>
/// <remarks>
/// Outline: the client reports a partition and fetches it no more; after the poll, what was received of it before is waited for, so that
/// nothing that is in memory is lost; the brokers are asked what the partition holds; a new lease begins at the chosen offset, and the
/// client is started there.
/// </remarks>
internal sealed class PositionResets(
    WorkerScope scope, IRecordSource source, LeaseTable leases, RebalanceCoordinator rebalances, StartPositions starts, Action assignmentChanged)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>Longer than a fetch that waits for records, with much to spare for a broker that is busy.</summary>
    private readonly TimeSpan _longestSilence = scope.Options.FetchMaxWait + TimeSpan.FromSeconds(5);
    private readonly TimeSpan _patience = scope.Settings.LookupPatience;
    private readonly ConcurrentQueue<(PartitionLease Lease, string TopicId)> _madeAnew = new();
    private readonly StoppedPartitions _stopped = new(RetryAfter, scope.Settings.LookupPatience, scope.Time);
    private readonly List<TopicPartitionOffset> _restarts = [];
    private readonly ResetProtection _protection = new(scope.Settings, source.Offsets, scope.Time);
    private Func<StoppedPartition, bool>? _trySettle;

    /// <summary>
    /// Inside the poll: the client fetches the partition no more. Where a partition waits to start over, because its topic was made anew, the
    /// client is still at the old position, and may come to say that there is no such offset.
    /// </summary>
    public void Stopped(TopicPartitionOffset position, Error error)
    {
        if (leases.Find(position.TopicPartition) is { State: LeaseState.Open } lease)
        {
            _stopped.Put(new StoppedPartition(lease, position.Offset, error.Reason));
        }
    }

    /// <summary>Any thread: the topic of a lease was deleted and created again.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="topicId">The id of the new topic.</param>
    public void MadeAnew(PartitionLease lease, string topicId)
    {
        _madeAnew.Enqueue((lease, topicId));
        source.Wake();
    }

    /// <summary>
    /// Once a second. The client answers a start with a record, the partition's end, or the reason why it has stopped. It may drop the
    /// reason: T1 (the client) stops the partition and queues that; T2 (the poll thread) seeks, pauses, resumes or assigns, which makes all
    /// that is queued outdated. Then the partition would stand still for ever, so one that is silent for long is started once more.
    /// </summary>
    public void LookForSilence()
    {
        var now = scope.Time.GetTimestamp();
        foreach (var lease in leases.All)
        {
            if (lease is { State: LeaseState.Open, Assigned: { AwaitedSince: { } since, Paused: PauseReason.None, Hold: null } } && scope.Time.GetElapsedTime(since, now) > _longestSilence)
            {
                Log.Silent(scope.Logger, scope.Consumer, scope.Index, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value, lease.Assigned.Expected ?? lease.Assigned.StartsAt.Value, _longestSilence);
                lease.Assigned.ExpectAnswer();
                _restarts.Add(new TopicPartitionOffset(lease.TopicPartition, lease.Assigned.Expected ?? lease.Assigned.StartsAt));
            }
        }

        StartAnew();
    }

    /// <summary>The records of the poll are with their leases, so these know where they are.</summary>
    public void AfterPoll()
    {
        CloseMadeAnew();
        _stopped.Settle(_trySettle ??= stopped => !IsMeant(stopped) || TrySettle(stopped));
        StartAnew();
    }

    /// <summary>After the poll: partitions whose leases have just begun, though the client has long been at them.</summary>
    public void StartAnew(IEnumerable<TopicPartitionOffset> starts)
    {
        _restarts.AddRange(starts);
        StartAnew();
    }

    private void StartAnew()
    {
        if (_restarts.Count > 0)
        {
            source.StartAt(_restarts, partition => leases.Find(partition) is { } lease ? lease.Assigned.Expected ?? lease.Assigned.StartsAt : Offset.Unset);
            _restarts.Clear();
            assignmentChanged();
        }
    }

    /// <summary>At once: what the lease would commit are offsets of a topic that is gone, and the broker would take them for the new one's.</summary>
    private void CloseMadeAnew()
    {
        while (_madeAnew.TryDequeue(out var told))
        {
            if (leases.Find(told.Lease.TopicPartition) == told.Lease && told.Lease.State == LeaseState.Open)
            {
                var stopped = new StoppedPartition(told.Lease, Offset.Unset, "");
                stopped.IsMadeAnewAs(told.TopicId);
                _stopped.Put(stopped);
            }
        }
    }

    /// <summary>The partition may have gone, or come back, since.</summary>
    private bool IsMeant(StoppedPartition stopped) =>
        leases.Find(stopped.Lease.TopicPartition) == stopped.Lease && (stopped.NewTopicId is not null || stopped.Lease.State == LeaseState.Open);

    /// <returns>Whether it is done with; false to come back at a later poll.</returns>
    private bool TrySettle(StoppedPartition stopped)
    {
        var lease = stopped.Lease;
        if (stopped.NewTopicId is { } topicId)
        {
            return TryStartOver(stopped, topicId);
        }

        if (TruncationPoint.In(stopped.Reason) is { } point && lease.Assigned.Expected is { } expected)
        {
            return TryReset(stopped, expected, point);
        }

        // One that begins at its beginning and has received nothing has lost nothing: the client tells of an earlier assignment.
        if ((lease.Assigned.Expected ?? stopped.At) is not { } own || (lease.Assigned.Expected is null && lease.Assigned.StartsAt == Offset.Beginning))
        {
            return TryStart(stopped);
        }

        if (stopped.At == own)
        {
            return TryReset(stopped, own, truncatedTo: null);
        }

        // Not where it should be: garbage that was taken for an offset, or an error of before the last start.
        Log.SentBack(scope.Logger, scope.Consumer, scope.Index, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value, stopped.Offset, own, stopped.Reason);
        _restarts.Add(new TopicPartitionOffset(lease.TopicPartition, own));
        lease.Assigned.ExpectAnswer();
        lease.Assigned.ExpectPosition();
        return true;
    }

    /// <summary>Nothing was received yet and nobody knows a position: the offsets were not known at the assignment.</summary>
    private bool TryStart(StoppedPartition stopped)
    {
        var lease = stopped.Lease;
        var askedAt = scope.Time.GetTimestamp();

        // The client could not find out where the beginning or the end is; else what is committed is asked for once more.
        var start = lease.Assigned.StartsAt != Offset.Unset ? lease.Assigned.StartsAt : starts.Of([lease.TopicPartition])[0].Offset;
        if (start != Offset.Unset)
        {
            lease.Assigned.StartsAt = start;
            lease.Assigned.ExpectAnswer();
            _restarts.Add(new TopicPartitionOffset(lease.TopicPartition, start));
            return true;
        }

        if (scope.Options.AutoOffsetReset != OffsetReset.None)
        {
            Failed(stopped, askedAt);
            return false;
        }

        Log.NoOffset(scope.Logger, scope.Consumer, scope.Index, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value, stopped.Reason);
        lease.Assigned.Hold = new PositionHold(PartitionState.NoOffset, null, stopped.Reason);
        return true;
    }

    private bool TryStartOver(StoppedPartition stopped, string topicId)
    {
        var lease = stopped.Lease;
        var askedAt = scope.Time.GetTimestamp();
        if (source.Offsets.Range(lease.TopicPartition, _patience) is not { } range)
        {
            Failed(stopped, askedAt);
            return false;
        }

        Reset(lease, new ResetPlan(lease.Assigned.Expected ?? Offset.Unset, range.Low, Skipped: 0, Replayed: 0), "MadeAnew", stopped.Reason, topicId);
        return true;
    }

    private bool TryReset(StoppedPartition stopped, long from, long? truncatedTo)
    {
        var lease = stopped.Lease;
        var askedAt = scope.Time.GetTimestamp();
        if (IsMadeAnew(stopped, out var topicId))
        {
            return TryStartOver(stopped, topicId);
        }

        if (scope.Time.GetElapsedTime(askedAt) > _patience / 2)
        {
            // One wait for each poll; next time it is not asked for the id any more.
            Failed(stopped, askedAt);
            return false;
        }

        if (scope.Settings.OutOfRange == OutOfRangePolicy.Fail)
        {
            Log.OutOfRange(scope.Logger, scope.Consumer, scope.Index, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value, from, stopped.Reason);
            lease.Assigned.Hold = new PositionHold(PartitionState.OutOfRange, from, stopped.Reason);
            return true;
        }

        if (!lease.IsIdle)
        {
            // What is in memory may be gone at the brokers.
            return false;
        }

        if (source.Offsets.Range(lease.TopicPartition, _patience) is not { } range || Target(lease, truncatedTo) is not { } to)
        {
            Failed(stopped, askedAt);
            return false;
        }

        var plan = truncatedTo is { } point ? ResetPlan.ToTruncation(from, point) : ResetPlan.Of(from, to, range);
        var verdict = _protection.Judge(lease.TopicPartition, plan, _patience);
        if (verdict is null)
        {
            Failed(stopped, askedAt);
            return false;
        }

        if (verdict.Length > 0)
        {
            Log.ResetVetoed(scope.Logger, scope.Consumer, scope.Index, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value, from, plan.To, stopped.Reason, verdict);
            lease.Assigned.Hold = new PositionHold(PartitionState.ResetVetoed, from, verdict);
            return true;
        }

        Reset(lease, plan, truncatedTo is null ? scope.Settings.OutOfRange.ToString() : "Truncation", stopped.Reason, lease.Assigned.TopicId);
        return true;
    }

    /// <summary>
    /// The old position is not there, and the log may look shorter or parted from the one that was consumed, because it is another topic's:
    /// no policy for a position that is gone is meant for that. Asked once: whoever watches the topics sees what comes later.
    /// </summary>
    private bool IsMadeAnew(StoppedPartition stopped, [NotNullWhen(true)] out string? topicId)
    {
        topicId = stopped.IsCompared ? null : starts.RecreatedAs(stopped.Lease, _patience);
        stopped.IsCompared = true;
        if (topicId is null)
        {
            return false;
        }

        stopped.IsMadeAnewAs(topicId);
        return true;
    }

    private void Reset(PartitionLease lease, ResetPlan plan, string policy, string reason, string? topicId)
    {
        var partition = lease.TopicPartition;
        Log.PositionReset(scope.Logger, scope.Consumer, scope.Index, partition.Topic, partition.Partition.Value, plan.From, plan.To, policy, reason, plan.Skipped, plan.Replayed);
        scope.Metrics.PositionReset(partition.Topic, policy, plan.Skipped, plan.Replayed);
        rebalances.Restart(lease, plan.To, topicId);
        _restarts.Add(new TopicPartitionOffset(partition, plan.To));
    }

    /// <summary>Where the policy wants to go; null when a broker was asked and has not answered.</summary>
    private Offset? Target(PartitionLease lease, long? truncatedTo) => scope.Settings.OutOfRange switch
    {
        _ when truncatedTo is { } point => point,
        OutOfRangePolicy.Latest => Offset.End,
        OutOfRangePolicy.NearestByTime when lease.Assigned.LastWritten is { } written => source.Offsets.AtTime(lease.TopicPartition, written, _patience),
        _ => Offset.Beginning,
    };

    private void Failed(StoppedPartition stopped, long askedAt)
    {
        if (_stopped.Defer(stopped, askedAt))
        {
            Log.ResetDeferred(scope.Logger, scope.Consumer, scope.Index, stopped.Lease.TopicPartition.Topic, stopped.Lease.TopicPartition.Partition.Value, RetryAfter);
        }
    }
}

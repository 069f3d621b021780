using System.Collections.Concurrent;
using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Rebalancing;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Polling;

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
    ConsumerSettings settings,
    int worker,
    IRecordSource source,
    LeaseTable leases,
    RebalanceCoordinator rebalances,
    StartPositions starts,
    FlowControl flow,
    ConsumerMetrics metrics,
    TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>Longer than a fetch that waits for records, with much to spare for a broker that is busy.</summary>
    private readonly TimeSpan _longestSilence = settings.Options.FetchMaxWait + TimeSpan.FromSeconds(5);
    private readonly TimeSpan _patience = settings.LookupPatience;
    private readonly ConcurrentQueue<PartitionLease> _madeAnew = new();
    private readonly List<StoppedPartition> _stopped = [];
    private readonly List<TopicPartitionOffset> _restarts = [];
    private readonly ResetProtection _protection = new(settings, source.Offsets, time);
    private long _failedAt;
    private bool _hasFailed;

    /// <summary>Inside the poll: the client fetches the partition no more.</summary>
    public void Stopped(TopicPartitionOffset position, Error error)
    {
        if (leases.Find(position.TopicPartition) is { } lease)
        {
            _stopped.RemoveAll(stopped => stopped.Lease.TopicPartition == position.TopicPartition);
            _stopped.Add(new StoppedPartition(lease, position.Offset, error.Reason));
        }
    }

    /// <summary>Any thread: the topic of a lease was deleted and created again.</summary>
    public void MadeAnew(PartitionLease lease)
    {
        _madeAnew.Enqueue(lease);
        source.Wake();
    }

    /// <summary>
    /// Once a second. The client answers a start with a record, the partition's end, or the reason why it has stopped. It may drop the
    /// reason: T1 (the client) stops the partition and queues that; T2 (the poll thread) seeks, pauses, resumes or assigns, which makes all
    /// that is queued outdated. Then the partition would stand still for ever, so one that is silent for long is started once more.
    /// </summary>
    public void LookForSilence()
    {
        var now = time.GetTimestamp();
        foreach (var lease in leases.All)
        {
            if (lease is { AwaitedSince: { } since, State: LeaseState.Open, Paused: PauseReason.None, Hold: null } && time.GetElapsedTime(since, now) > _longestSilence)
            {
                Log.Silent(logger, settings.Name, worker, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value, lease.Expected ?? lease.StartsAt.Value, _longestSilence);
                lease.ExpectAnswer();
                _restarts.Add(new TopicPartitionOffset(lease.TopicPartition, lease.Expected ?? lease.StartsAt));
            }
        }

        StartAnew();
    }

    /// <summary>The records of the poll are with their leases, so these know where they are.</summary>
    public void AfterPoll()
    {
        CloseMadeAnew();
        if (_stopped.Count == 0 || (_hasFailed && time.GetElapsedTime(_failedAt) < RetryAfter))
        {
            return;
        }

        _hasFailed = false;
        var startedAt = time.GetTimestamp();
        for (var index = _stopped.Count - 1; index >= 0 && !_hasFailed && time.GetElapsedTime(startedAt) < _patience; index--)
        {
            if (!IsMeant(_stopped[index]) || TrySettle(_stopped[index]))
            {
                _stopped.RemoveAt(index);
            }
        }

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
            source.StartAt(_restarts, partition => leases.Find(partition) is { } lease ? lease.Expected ?? lease.StartsAt : Offset.Unset);
            _restarts.Clear();
            flow.AssignmentChanged();
        }
    }

    /// <summary>At once: what the lease would commit are offsets of a topic that is gone, and the broker would take them for the new one's.</summary>
    private void CloseMadeAnew()
    {
        // The lambda is in another method: here its closure would be allocated at every poll.
        while (_madeAnew.TryDequeue(out var lease))
        {
            CloseMadeAnew(lease);
        }
    }

    private void CloseMadeAnew(PartitionLease lease)
    {
        if (leases.Find(lease.TopicPartition) == lease && lease.State == LeaseState.Open)
        {
            lease.Close(CloseReason.Lost);
            _stopped.RemoveAll(stopped => stopped.Lease == lease);
            _stopped.Add(new StoppedPartition(lease, Offset.Unset, "the topic was deleted and created again") { IsMadeAnew = true });
        }
    }

    /// <summary>The partition may have gone, or come back, since.</summary>
    private bool IsMeant(StoppedPartition stopped) =>
        leases.Find(stopped.Lease.TopicPartition) == stopped.Lease && (stopped.IsMadeAnew || stopped.Lease.State == LeaseState.Open);

    /// <returns>Whether it is done with; false to come back at a later poll.</returns>
    private bool TrySettle(StoppedPartition stopped)
    {
        var lease = stopped.Lease;
        if (stopped.IsMadeAnew)
        {
            return TryStartOver(lease, stopped.Reason);
        }

        if (TruncationPoint.In(stopped.Reason) is { } point && lease.Expected is { } expected)
        {
            return TryReset(stopped, expected, point);
        }

        if ((lease.Expected ?? stopped.At) is not { } own)
        {
            return TryStart(lease, stopped.Reason);
        }

        if (stopped.At == own)
        {
            return TryReset(stopped, own, truncatedTo: null);
        }

        // Not where it should be: garbage that was taken for an offset, or an error of before the last start.
        Log.SentBack(logger, settings.Name, worker, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value, stopped.Offset, own, stopped.Reason);
        _restarts.Add(new TopicPartitionOffset(lease.TopicPartition, own));
        lease.ExpectAnswer();
        lease.ExpectPosition();
        return true;
    }

    /// <summary>Nothing was received yet and nobody knows a position: the offsets were not known at the assignment.</summary>
    private bool TryStart(PartitionLease lease, string reason)
    {
        // The client could not find out where the beginning or the end is; else what is committed is asked for once more.
        var start = lease.StartsAt != Offset.Unset ? lease.StartsAt : starts.Of([lease.TopicPartition])[0].Offset;
        if (start != Offset.Unset)
        {
            lease.StartsAt = start;
            lease.ExpectAnswer();
            _restarts.Add(new TopicPartitionOffset(lease.TopicPartition, start));
            return true;
        }

        if (settings.Options.AutoOffsetReset != OffsetReset.None)
        {
            Failed(lease);
            return false;
        }

        Log.NoOffset(logger, settings.Name, worker, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value, reason);
        lease.Hold = new PositionHold(PartitionState.NoOffset, null, reason);
        return true;
    }

    private bool TryStartOver(PartitionLease lease, string reason)
    {
        if (source.Offsets.Range(lease.TopicPartition, _patience) is not { } range)
        {
            Failed(lease);
            return false;
        }

        Reset(lease, new ResetPlan(lease.Expected ?? Offset.Unset, range.Low, Skipped: 0, Replayed: 0), "MadeAnew", reason);
        return true;
    }

    private bool TryReset(StoppedPartition stopped, long from, long? truncatedTo)
    {
        var lease = stopped.Lease;
        if (settings.OutOfRange == OutOfRangePolicy.Fail)
        {
            Log.OutOfRange(logger, settings.Name, worker, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value, from, stopped.Reason);
            lease.Hold = new PositionHold(PartitionState.OutOfRange, from, stopped.Reason);
            return true;
        }

        if (!lease.IsIdle)
        {
            // What is in memory may be gone at the brokers.
            return false;
        }

        if (source.Offsets.Range(lease.TopicPartition, _patience) is not { } range || Target(lease, truncatedTo) is not { } to)
        {
            Failed(lease);
            return false;
        }

        var plan = truncatedTo is { } point ? ResetPlan.ToTruncation(from, point) : ResetPlan.Of(from, to, range);
        var verdict = _protection.Judge(lease.TopicPartition, plan, _patience);
        if (verdict is null)
        {
            Failed(lease);
            return false;
        }

        if (verdict.Length > 0)
        {
            Log.ResetVetoed(logger, settings.Name, worker, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value, from, plan.To, stopped.Reason, verdict);
            lease.Hold = new PositionHold(PartitionState.ResetVetoed, from, verdict);
            return true;
        }

        Reset(lease, plan, truncatedTo is null ? settings.OutOfRange.ToString() : "Truncation", stopped.Reason);
        return true;
    }

    private void Reset(PartitionLease lease, ResetPlan plan, string policy, string reason)
    {
        var partition = lease.TopicPartition;
        Log.PositionReset(logger, settings.Name, worker, partition.Topic, partition.Partition.Value, plan.From, plan.To, policy, reason, plan.Skipped, plan.Replayed);
        metrics.PositionReset(partition.Topic, policy, plan.Skipped, plan.Replayed);
        rebalances.Restart(lease, plan.To);
        _restarts.Add(new TopicPartitionOffset(partition, plan.To));
    }

    /// <summary>Where the policy wants to go; null when a broker was asked and has not answered.</summary>
    private Offset? Target(PartitionLease lease, long? truncatedTo) => settings.OutOfRange switch
    {
        _ when truncatedTo is { } point => point,
        OutOfRangePolicy.Latest => Offset.End,
        OutOfRangePolicy.NearestByTime when lease.LastWritten is { } written => source.Offsets.AtTime(lease.TopicPartition, written, _patience),
        _ => Offset.Beginning,
    };

    private void Failed(PartitionLease lease)
    {
        _hasFailed = true;
        _failedAt = time.GetTimestamp();
        Log.ResetDeferred(logger, settings.Name, worker, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value, RetryAfter);
    }

    /// <param name="Lease">The partition, as it was assigned then.</param>
    /// <param name="Offset">Where the client was.</param>
    /// <param name="Reason">Why it has stopped.</param>
    private sealed record StoppedPartition(PartitionLease Lease, Offset Offset, string Reason)
    {
        public bool IsMadeAnew { get; init; }

        public long? At => Offset.IsSpecial ? null : Offset.Value;
    }
}

using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Rebalancing;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Polling;

/// <summary>
/// The life of one client on its poll thread: subscribe, poll and hand over until told to stop, then give the partitions up in order
/// and leave. It never runs user code, and never waits for it but inside a budget.
/// </summary>
internal sealed class PollLoop(
    ConsumerSettings settings,
    int worker,
    IRecordSource source,
    LeaseTable leases,
    RebalanceCoordinator rebalances,
    Committer committer,
    FlowControl flow,
    HandlerWatch handlers,
    WorkerProgress progress,
    WorkerStatus status,
    ConsumerMetrics metrics,
    TimeProvider time,
    ILogger logger) : ISourceEvents
{
    private static readonly TimeSpan ObserveEvery = TimeSpan.FromSeconds(1);

    /// <summary>A commit that was sent just before the partitions were lost is answered within milliseconds, or not at all.</summary>
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromMilliseconds(500);

    private readonly PollBatch _batch = new(leases, source.Reader, settings.Options.MaxPollRecords);
    private readonly Func<PartitionLease, long, PartitionLease> _reopen = rebalances.Reopen;
    private MembershipEnd? _membershipEnd;
    private long _observedAt;

    /// <summary>Poll thread. Returns when the client is closed, or given up.</summary>
    /// <param name="partitions">The worker's explicit partitions; null to subscribe to the topics.</param>
    /// <param name="beforeLeaving">Called when it was asked to stop and everything is committed, before the client leaves its group.</param>
    /// <param name="stop">Asks the loop to stop.</param>
    /// <exception cref="ClientFailedException">The client is finished.</exception>
    public void Run(IReadOnlyCollection<TopicPartition>? partitions, Action beforeLeaving, CancellationToken stop)
    {
        using var wake = stop.UnsafeRegister(static loop => ((PollLoop)loop!).OnStopRequested(), this);
        try
        {
            Begin(partitions);
            while (!stop.IsCancellationRequested)
            {
                PollOnce();
            }

            status.Set(WorkerState.Stopping);
            rebalances.RevokeAll();
            beforeLeaving();
        }
        catch (ClientFailedException)
        {
            rebalances.LoseAll();
            throw;
        }
        catch (Exception)
        {
            // Our own fault, or a handler's that does not return, and not the client's: what was handled can still be committed.
            rebalances.RevokeAll();
            throw;
        }
        finally
        {
            End();
        }
    }

    /// <summary>Committer's thread: an answer said that the partitions are not ours any more. Dispatch stops at once; the loop sees to the rest.</summary>
    public void OnMembershipEnded(CommitVerdict verdict, Error error)
    {
        Log.MembershipEnded(logger, settings.Name, worker, error.Code, error.Reason, verdict);
        foreach (var lease in leases.All)
        {
            lease.Close(CloseReason.Lost);
        }

        Volatile.Write(ref _membershipEnd, new MembershipEnd(verdict, error, time.GetTimestamp()));
    }

    /// <summary>Whoever stops the consumer: on that thread.</summary>
    private void OnStopRequested()
    {
        source.Wake();
        rebalances.StopRequested();
    }

    IReadOnlyList<TopicPartitionOffset> ISourceEvents.Assigned(IReadOnlyCollection<TopicPartition> partitions) => Assigned(partitions, Offset.Unset);

    void ISourceEvents.Revoked(IReadOnlyCollection<TopicPartition> partitions)
    {
        _batch.Discard(partitions);
        var before = status.State;
        status.Set(before == WorkerState.Stopping ? before : WorkerState.Rebalancing);
        rebalances.Revoked(partitions);
        OwnershipChanged();
    }

    void ISourceEvents.Lost(IReadOnlyCollection<TopicPartition> partitions)
    {
        _membershipEnd = null;
        _batch.Discard(partitions);
        rebalances.Lost(partitions);
        OwnershipChanged();
    }

    void ISourceEvents.ConnectionFailed(Error error)
    {
        if (status.ReportConnectionError($"{error.Code}: {error.Reason}"))
        {
            Log.ConnectionFailed(logger, settings.Name, worker, error.Code, error.Reason);
        }
    }

    void ISourceEvents.SubscriptionFailed(Error error, TopicPartition? topicPartition)
    {
        if (status.ReportSubscriptionError($"{topicPartition?.Topic ?? "the group"}: {error.Code}: {error.Reason}"))
        {
            Log.SubscriptionFailed(logger, settings.Name, worker, topicPartition?.Topic ?? "the group", error.Code, error.Reason);
        }
    }

    void ISourceEvents.NoOffset(TopicPartition topicPartition, Error error)
    {
        if (leases.Find(topicPartition) is { } lease)
        {
            lease.HasNoOffset = true;
        }

        Log.NoOffset(logger, settings.Name, worker, topicPartition.Topic, topicPartition.Partition.Value, error.Reason);
    }

    void ISourceEvents.Unreadable(TopicPartitionOffset position, Error error) => Log.Unreadable(
        logger, settings.Name, worker, position.Topic, position.Partition.Value, position.Offset.Value, error.Code, error.Reason, settings.Options.Failures.WhenExhausted);

    private void Begin(IReadOnlyCollection<TopicPartition>? partitions)
    {
        if (partitions is null)
        {
            source.Subscribe(settings.Options.Topics, this);
            return;
        }

        source.Assign(Assigned(partitions, StartOffset), this);
    }

    /// <param name="partitions">The partitions.</param>
    /// <param name="start">Where those start for which nobody has asked for another offset.</param>
    private TopicPartitionOffset[] Assigned(IReadOnlyCollection<TopicPartition> partitions, Offset start)
    {
        _membershipEnd = null;
        _batch.Discard(partitions);
        var requested = rebalances.Assigned(partitions);
        OwnershipChanged();
        progress.Assigned(partitions.Count);
        return [.. partitions.Select(partition => new TopicPartitionOffset(partition, requested.GetValueOrDefault(partition, start)))];
    }

    /// <summary>Where an explicit partition starts: without a group there is no committed offset to ask for.</summary>
    private Offset StartOffset => (settings.Commits, settings.Options.AutoOffsetReset) switch
    {
        (false, OffsetReset.Earliest) => Offset.Beginning,
        (false, OffsetReset.Latest) => Offset.End,
        _ => Offset.Stored,
    };

    private void PollOnce()
    {
        source.Poll(settings.Options.PollTimeout, _batch);
        status.Polled();
        ThrowIfMembershipEnded();
        if (_batch.Count > 0)
        {
            status.Received();
            progress.Received();
        }

        var received = _batch.HandOver(_reopen);
        if (_batch.Orphans > 0)
        {
            Log.Orphans(logger, settings.Name, worker, _batch.Orphans);
        }

        foreach (var lease in _batch.Held)
        {
            flow.HoldUnreadable(lease);
        }

        foreach (var (lease, offset) in _batch.Astray)
        {
            Log.WentAstray(logger, settings.Name, worker, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value, lease.Sought ?? -1, offset);
            flow.SeekAgain(lease);
        }

        Measure(received);
        flow.AfterPoll(received);
        handlers.Look();
        progress.Look();
        Observe();
    }

    private void Measure(List<PartitionLease> received)
    {
        foreach (var lease in received)
        {
            metrics.Received(lease.TopicPartition.Topic, lease.LastReceivedCount);
        }
    }

    private void OwnershipChanged()
    {
        flow.AssignmentChanged();
        if (status.State != WorkerState.Stopping)
        {
            status.Owns(leases.All.Count);
        }
    }

    /// <summary>Once a second: where the partitions end, and whether the client has passed offsets that hold no record.</summary>
    private void Observe()
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(_observedAt, now) < ObserveEvery)
        {
            return;
        }

        _observedAt = now;
        foreach (var lease in leases.All)
        {
            lease.Observe(lease is { Sought: null, IsIdle: true } ? source.Position(lease.TopicPartition) : null, source.HighWatermark(lease.TopicPartition));
        }
    }

    /// <summary>
    /// A fenced member gets no callback and goes on receiving, so it is stopped here. After a lost membership the client rejoins and
    /// calls back; when it does not within the session timeout, it is replaced.
    /// </summary>
    private void ThrowIfMembershipEnded()
    {
        if (Volatile.Read(ref _membershipEnd) is not { } end)
        {
            return;
        }

        var patience = settings.Options.SessionTimeout ?? TimeSpan.FromSeconds(45);
        if (end.Verdict == CommitVerdict.Fenced || time.GetElapsedTime(end.At) > patience)
        {
            throw new ClientFailedException(end.Error);
        }
    }

    private void End()
    {
        _batch.DiscardAll();
        rebalances.End();
        committer.Dispose();
        if (!committer.WaitForAnswer(AnswerPatience))
        {
            Log.ClientAbandoned(logger, settings.Name, worker, committer.FailingFor ?? TimeSpan.Zero);
            source.Abandon();
            return;
        }

        try
        {
            source.Close();
        }
        catch (Exception exception)
        {
            Log.CloseFailed(logger, exception, settings.Name, worker);
        }
    }

    private sealed record MembershipEnd(CommitVerdict Verdict, Error Error, long At);
}

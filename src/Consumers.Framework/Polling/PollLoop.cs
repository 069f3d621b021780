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
    Membership membership,
    Committer committer,
    FlowControl flow,
    StartPositions starts,
    PositionResets resets,
    TopicHints hints,
    ExplicitRead? read,
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
    private long _observedAt;

    /// <summary>Poll thread. Returns when the client is closed, or given up; true when it has read up to the end.</summary>
    /// <param name="beforeLeaving">Called when it was asked to stop, or is done, and everything is committed, before the client leaves its group.</param>
    /// <param name="stop">Asks the loop to stop.</param>
    /// <exception cref="ClientFailedException">The client is finished.</exception>
    /// <exception cref="ReadRefusedException">The explicit partitions cannot be read, or not be committed.</exception>
    public bool Run(Action beforeLeaving, CancellationToken stop)
    {
        using var wake = stop.UnsafeRegister(static loop => ((PollLoop)loop!).OnStopRequested(), this);
        try
        {
            if (read is null)
            {
                source.Subscribe(settings.Subscription, this);
            }

            var isDone = false;
            while (!stop.IsCancellationRequested && !(isDone = read?.IsDone(this) == true))
            {
                PollOnce();
            }

            if (!isDone)
            {
                status.Set(WorkerState.Stopping);
            }

            rebalances.RevokeAll();
            beforeLeaving();
            return isDone;
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
            // A worker that failed comes back, and a static member then finds its partitions.
            End(leaveGroup: stop.IsCancellationRequested && settings.Options.Shutdown.LeaveGroupOnStop);
        }
    }

    /// <summary>Whoever stops the consumer: on that thread.</summary>
    private void OnStopRequested()
    {
        source.Wake();
        rebalances.StopRequested();
    }

    IReadOnlyList<TopicPartitionOffset> ISourceEvents.Assigned(IReadOnlyCollection<TopicPartition> partitions)
    {
        flow.CallbackBegins();
        membership.Assigned(partitions);
        _batch.Discard(partitions);
        return Open(partitions);
    }

    void ISourceEvents.Revoked(IReadOnlyCollection<TopicPartition> partitions)
    {
        flow.CallbackBegins();
        _batch.Discard(partitions);
        var before = status.State;
        status.Set(before == WorkerState.Stopping ? before : WorkerState.Rebalancing);
        var leaving = Find(partitions);
        rebalances.Revoked(partitions);
        starts.Left(leaving);
        OwnershipChanged();
    }

    void ISourceEvents.Lost(IReadOnlyCollection<TopicPartition> partitions)
    {
        flow.CallbackBegins();
        membership.Lost();
        _batch.Discard(partitions);
        var leaving = Find(partitions);
        rebalances.Lost(partitions);
        starts.Left(leaving);
        OwnershipChanged();
    }

    void ISourceEvents.ConnectionFailed(Error error)
    {
        if (error.Code is ErrorCode.Local_Transport or ErrorCode.Local_Resolve)
        {
            // One broker of several, or one that ends an idle connection, is the client's business; its log tells.
            status.ReportBrokerError($"{error.Code}: {error.Reason}");
            return;
        }

        if (status.ReportConnectionError($"{error.Code}: {error.Reason}"))
        {
            Log.ConnectionFailed(logger, settings.Name, worker, error.Code, error.Reason);
        }
    }

    void ISourceEvents.SubscriptionFailed(Error error, TopicPartition? topicPartition)
    {
        var text = $"{topicPartition?.Topic ?? "the group"}: {error.Code}: {error.Reason}";
        if (error.Code == ErrorCode.UnknownTopicOrPart && topicPartition is not null)
        {
            starts.Gone(topicPartition.Topic);
            text = hints.Unknown(topicPartition.Topic, text);
        }

        if (MixedGroup.IsMeantBy(error))
        {
            if (status.ReportSubscriptionError(MixedGroup.Explain(settings.Options)))
            {
                Log.MixedGroup(logger, settings.Name, worker, settings.Options.GroupId, MixedGroup.AssignorOf(settings.Options), error.Reason);
            }

            return;
        }

        if (status.ReportSubscriptionError(text))
        {
            Log.SubscriptionFailed(logger, settings.Name, worker, topicPartition?.Topic ?? "the group", error.Code, error.Reason);
        }
    }

    void ISourceEvents.Stopped(TopicPartitionOffset position, Error error) => resets.Stopped(position, error);

    void ISourceEvents.Unreadable(TopicPartitionOffset position, Error error) => Log.Unreadable(
        logger, settings.Name, worker, position.Topic, position.Partition.Value, position.Offset.Value, error.Code, error.Reason, settings.Options.Failures.WhenExhausted);

    private void PollOnce()
    {
        source.Poll(settings.Options.PollTimeout, _batch);
        status.Polled();
        membership.ThrowIfEnded(read);
        if (_batch.Count > 0)
        {
            status.Received();
            progress.Received();
        }

        flow.BeforeHandOver(_batch);
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
        if (membership.TakeKept() is { Count: > 0 } kept)
        {
            resets.StartAnew(Open(kept));
        }

        resets.AfterPoll();
        flow.AfterPoll(received);
        handlers.Look();
        progress.Look();
        Observe();
    }

    private IReadOnlyList<TopicPartitionOffset> Open(IReadOnlyCollection<TopicPartition> partitions)
    {
        var chosen = rebalances.Assigned(partitions, requested => starts.Of(partitions, requested));
        OwnershipChanged();
        progress.Assigned(partitions.Count);
        return chosen;
    }

    private List<PartitionLease> Find(IEnumerable<TopicPartition> partitions) => [.. partitions.Select(leases.Find).OfType<PartitionLease>()];

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
        starts.LookAtTopics();
        hints.Look();
        status.ReportTokenFailure(source.TokenFailure);
        membership.Observe();
        resets.LookForSilence();
        foreach (var lease in leases.All)
        {
            lease.Observe(PositionOf(lease), source.HighWatermark(lease.TopicPartition));
        }
    }

    /// <summary>
    /// Before the client's first answer its position is that of what it had delivered before: to an earlier lease, or to this one, which
    /// gave it back unseen. To commit that would lose it.
    /// </summary>
    private long? PositionOf(PartitionLease lease) =>
        lease is { AwaitedSince: null, Sought: null, IsIdle: true } ? source.Position(lease.TopicPartition) : null;

    private void End(bool leaveGroup)
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
            source.Close(leaveGroup);
        }
        catch (Exception exception)
        {
            Log.CloseFailed(logger, exception, settings.Name, worker);
        }
    }
}

using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Listeners;

namespace Consumers.Framework.Leases;

/// <summary>
/// Opens and closes leases as the group gives and takes partitions. Poll thread only, inside the client's callbacks or at a stop.
/// </summary>
/// <remarks>
/// Outline of a revocation: nothing new starts and what has not started is dropped; wait for what has, until the drain timeout; tell the
/// user's listeners; commit, retrying inside the final timeout; close the leases; tell the listeners. The callback never polls, and
/// heartbeats go on meanwhile.
/// </remarks>
internal sealed class RebalanceCoordinator(
    WorkerScope scope, LeaseTable leases, LeaseEnvironment environment, Committer committer, RebalanceListeners listeners)
{
    /// <summary>A broker that answers at all does so sooner; one that does not has not let anybody join either.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1);

    private long _epoch;
    private volatile bool _givenUp;

    /// <summary>How many partitions the worker has.</summary>
    public int Owned => leases.All.Count;

    /// <summary>Any thread: the host has no more time; a drain under way ends now.</summary>
    public void GiveUp()
    {
        _givenUp = true;
        environment.Drained.Pulse();
        listeners.GiveUp();
    }

    /// <summary>Any thread: the loop ends after the callback that it may be in.</summary>
    public void StopRequested() => listeners.StopRequested();

    /// <summary>The client is about to be closed.</summary>
    public void End() => listeners.End();

    /// <param name="partitions">The partitions.</param>
    /// <param name="choose">Says where they start, given where the user's listeners want some of them to.</param>
    /// <returns>Where the partitions start.</returns>
    public IReadOnlyList<TopicPartitionOffset> Assigned(
        IReadOnlyCollection<TopicPartition> partitions, Func<IReadOnlyDictionary<TopicPartition, Offset>, IReadOnlyList<PartitionStart>> choose)
    {
        var startedAt = scope.Time.GetTimestamp();

        // A partition that is assigned while its lease still stands was taken without a word: what it had is not ours to commit.
        var taken = Find(partitions);
        Close(taken, CloseReason.Lost);
        listeners.Lost(PartitionsOf(taken));
        var starts = choose(listeners.Assigned(partitions));
        var opened = starts.Select(Open).ToList();
        leases.Add(opened);
        Report("assigned", opened, startedAt);
        return [.. starts.Select(static start => new TopicPartitionOffset(start.TopicPartition, start.Offset))];
    }

    /// <returns>The leases that were closed.</returns>
    public IReadOnlyList<PartitionLease> Revoked(IReadOnlyCollection<TopicPartition> partitions)
    {
        var taken = Find(partitions);

        // Before they have no lease any more; and again, because the time counts from then.
        environment.Holders.Revoked(taken, scope.Time);
        GiveUp(taken);
        environment.Holders.Revoked(taken, scope.Time);
        return taken;
    }

    /// <remarks>
    /// The committer takes a point of an open lease; the group gives the partition to another member, the lease is closed here and the client
    /// joins again; only then the committer hands its point to the client. Under KIP-848 the client sends it with its new epoch, and the broker
    /// accepts it and rewinds the other member. The client joins when this callback has returned, so it waits: an answer comes before that, and it is a refusal.
    /// </remarks>
    /// <returns>The leases that were closed.</returns>
    public IReadOnlyList<PartitionLease> Lost(IReadOnlyCollection<TopicPartition> partitions)
    {
        var lost = Find(partitions);
        Lose(lost, AnswerTimeout);
        return lost;
    }

    /// <summary>The client delivers an offset that was passed already, and nobody here has sent it there: the topic was made anew.</summary>
    public PartitionLease Reopen(PartitionLease lease, long offset)
    {
        Log.WentBack(scope.Logger, scope.Consumer, scope.Index, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value, lease.Position ?? -1, offset);
        return Restart(lease, offset, lease.Assigned.TopicId);
    }

    /// <summary>The partition goes on elsewhere. What its lease knows is about other records, so it commits nothing more.</summary>
    /// <param name="lease">The lease that ends.</param>
    /// <param name="start">Where the partition goes on.</param>
    /// <param name="topicId">The id of its topic. Where nobody has looked, the one of before: when it is outdated, that will be noticed.</param>
    /// <returns>The lease that begins there.</returns>
    public PartitionLease Restart(PartitionLease lease, Offset start, string? topicId)
    {
        Close([lease], CloseReason.Lost);
        var restarted = Open(new PartitionStart(lease.TopicPartition, start, TopicId: topicId));
        restarted.Assigned.LastWritten = lease.Assigned.LastWritten;
        leases.Add([restarted]);
        return restarted;
    }

    /// <summary>At a stop, before the client is closed: gives every partition up in order.</summary>
    public void RevokeAll() => GiveUp([.. leases.All]);

    /// <summary>The client is finished: nothing can be committed any more.</summary>
    public void LoseAll() => Lose([.. leases.All], TimeSpan.Zero);

    private void GiveUp(List<PartitionLease> taken)
    {
        var startedAt = scope.Time.GetTimestamp();
        var left = DrainAndCommit(taken);
        Close(taken, CloseReason.Revoked);
        // Some may have turned out to be lost.
        List<PartitionLease> revoked = [.. taken.Where(static lease => lease.ClosedBy == CloseReason.Revoked)];
        listeners.Revoked(
            PartitionsOf(revoked),
            [.. revoked.Where(static lease => lease.Commits.Committed is not null).Select(static lease => new TopicPartitionOffset(lease.TopicPartition, lease.Commits.Committed!.Value))],
            left);
        listeners.Lost(PartitionsOf(taken.Where(static lease => lease.ClosedBy == CloseReason.Lost)));
        Report("revoked", taken, startedAt);
    }

    private void Lose(List<PartitionLease> lost, TimeSpan answerTimeout)
    {
        var startedAt = scope.Time.GetTimestamp();
        Close(lost, CloseReason.Lost);
        committer.WaitForAnswer(answerTimeout);
        listeners.Lost(PartitionsOf(lost));
        Report("lost", lost, startedAt);
    }

    private PartitionLease Open(PartitionStart start)
    {
        var lease = new PartitionLease(start.TopicPartition, ++_epoch, environment) { Assigned = { StartsAt = start.Offset, TopicId = start.TopicId } };
        if (start.IsCommitted)
        {
            // A partition without records would have the same offset committed again, and without the leader epoch that it has.
            lease.Commits.Acknowledge(start.Offset.Value);
        }

        lease.Assigned.ExpectAnswer();
        if (environment.Holders.Take(lease) is not { } earlier)
        {
            return lease;
        }

        // One that is not closed belongs to another worker of ours that has lost the partition and does not know it yet.
        earlier.Close(CloseReason.Lost);
        if (lease.Follow(earlier))
        {
            var running = earlier.GetSnapshot();
            Log.WaitsForHandler(
                scope.Logger, scope.Consumer, scope.Index, start.TopicPartition.Topic, start.TopicPartition.Partition.Value, running.OldestInFlightOffset ?? -1, running.OldestInFlightAge);
        }

        return lease;
    }

    private List<PartitionLease> Find(IEnumerable<TopicPartition> partitions) =>
        [.. partitions.Select(leases.Find).OfType<PartitionLease>()];

    private static List<TopicPartition> PartitionsOf(IEnumerable<PartitionLease> leases) => [.. leases.Select(static lease => lease.TopicPartition)];

    /// <returns>What is left of the time for the final commit.</returns>
    private TimeSpan DrainAndCommit(List<PartitionLease> taken)
    {
        var commitTimeout = scope.Options.Commit.FinalTimeout;
        if (taken.Count == 0)
        {
            return commitTimeout;
        }

        var drainedSince = scope.Time.GetTimestamp();
        foreach (var lease in taken)
        {
            lease.BeginDrain();
        }

        Drain(taken, drainedSince);
        listeners.Revoking(PartitionsOf(taken.Where(static lease => lease.State != LeaseState.Closed)));
        var startedAt = scope.Time.GetTimestamp();
        committer.Flush([.. taken.Select(static lease => lease.Commits)], commitTimeout);
        foreach (var late in taken.Where(static lease => lease.Commits.HasUncommitted))
        {
            Log.FinalCommitGivenUp(
                scope.Logger, scope.Consumer, scope.Index, late.TopicPartition.Topic, late.TopicPartition.Partition.Value,
                commitTimeout, committer.LastError ?? "no answer");
        }

        return commitTimeout - scope.Time.GetElapsedTime(startedAt);
    }

    /// <summary>Waits for what is in flight, and asks the handlers to stop that take too long.</summary>
    private void Drain(List<PartitionLease> taken, long startedAt)
    {
        var timeout = scope.Options.Rebalance.DrainTimeout - listeners.ShareOfDrain;
        environment.Drained.Wait(() => _givenUp || taken.TrueForAll(static lease => lease.IsDrained), timeout, startedAt);
        foreach (var late in taken.Where(static lease => !lease.IsDrained))
        {
            var snapshot = late.GetSnapshot();
            scope.Metrics.Abandoned(late.TopicPartition.Topic, snapshot.InFlight);
            Log.DrainTimedOut(
                scope.Logger, scope.Consumer, scope.Index, late.TopicPartition.Topic, late.TopicPartition.Partition.Value,
                snapshot.OldestInFlightOffset ?? -1, snapshot.OldestInFlightAge, snapshot.InFlight);
            late.CancelHandlers();
        }
    }

    private void Close(List<PartitionLease> closing, CloseReason reason)
    {
        foreach (var lease in closing)
        {
            lease.Close(reason);
            environment.Explicit?.Left(lease);
        }

        leases.Remove(closing);
    }

    private void Report(string kind, List<PartitionLease> affected, long startedAt)
    {
        if (affected.Count == 0 && kind != "assigned")
        {
            // The client calls back at its close too, when everything has been given up in order before.
            return;
        }

        var duration = scope.Time.GetElapsedTime(startedAt);
        scope.Metrics.Rebalanced(kind, affected.Count, duration);
        Log.Rebalanced(
            scope.Logger, scope.Consumer, scope.Index, kind, affected.Count, new PartitionNames(PartitionsOf(affected)), leases.All.Count, duration, scope.Options.GroupProtocol);
    }
}

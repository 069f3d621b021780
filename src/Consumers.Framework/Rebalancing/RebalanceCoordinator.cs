using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Rebalancing;

/// <summary>
/// Opens and closes leases as the group gives and takes partitions. Poll thread only, inside the client's callbacks or at a stop.
/// </summary>
/// <remarks>
/// Outline of a revocation: nothing new starts and what has not started is dropped; wait for what has, until the drain timeout; commit,
/// retrying inside the final timeout; close the leases. The callback never polls, and heartbeats go on meanwhile.
/// </remarks>
internal sealed class RebalanceCoordinator(
    ConsumerSettings settings,
    int worker,
    LeaseTable leases,
    LeaseEnvironment environment,
    Committer committer,
    ConsumerMetrics metrics,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>A broker that answers at all does so sooner; one that does not has not let anybody join either.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1);

    private long _epoch;
    private volatile bool _givenUp;

    /// <summary>Any thread: the host has no more time; a drain under way ends now.</summary>
    public void GiveUp()
    {
        _givenUp = true;
        environment.Drained.Pulse();
    }

    /// <param name="starts">The partitions, and where the client is told to start.</param>
    public void Assigned(IReadOnlyCollection<TopicPartitionOffset> starts)
    {
        var startedAt = time.GetTimestamp();

        // A partition that is assigned while its lease still stands was taken without a word: what it had is not ours to commit.
        Close(Find(starts.Select(static start => start.TopicPartition)), CloseReason.Lost);
        var opened = starts.Select(Open).ToList();
        leases.Add(opened);
        Report("assigned", opened, startedAt);
    }

    public void Revoked(IReadOnlyCollection<TopicPartition> partitions)
    {
        var startedAt = time.GetTimestamp();
        var taken = Find(partitions);
        DrainAndCommit(taken);
        Close(taken, CloseReason.Revoked);
        Report("revoked", taken, startedAt);
    }

    /// <remarks>
    /// The committer takes a point of an open lease; the group gives the partition to another member, the lease is closed here and the client
    /// joins again; only then the committer hands its point to the client. Under KIP-848 the client sends it with its new epoch, and the broker
    /// accepts it and rewinds the other member. The client joins when this callback has returned, so it waits: an answer comes before that, and it is a refusal.
    /// </remarks>
    public void Lost(IReadOnlyCollection<TopicPartition> partitions)
    {
        var startedAt = time.GetTimestamp();
        var lost = Find(partitions);
        Close(lost, CloseReason.Lost);
        committer.WaitForAnswer(AnswerTimeout);
        Report("lost", lost, startedAt);
    }

    /// <summary>The client delivers an offset that was passed already, and nobody here has sent it there: the topic was made anew.</summary>
    public PartitionLease Reopen(PartitionLease lease, long offset)
    {
        Log.WentBack(logger, settings.Name, worker, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value, lease.Position ?? -1, offset);
        return Restart(lease, offset);
    }

    /// <summary>The partition goes on elsewhere. What its lease knows is about other records, so it commits nothing more.</summary>
    /// <returns>The lease that begins there.</returns>
    public PartitionLease Restart(PartitionLease lease, Offset start)
    {
        Close([lease], CloseReason.Lost);
        var restarted = Open(new TopicPartitionOffset(lease.TopicPartition, start));
        restarted.LastWritten = lease.LastWritten;
        leases.Add([restarted]);
        return restarted;
    }

    /// <summary>At a stop, before the client is closed: gives every partition up in order.</summary>
    public void RevokeAll() => Revoked([.. leases.All.Select(static lease => lease.TopicPartition)]);

    /// <summary>The client is finished: nothing can be committed any more.</summary>
    public void LoseAll()
    {
        var startedAt = time.GetTimestamp();
        var lost = leases.All.ToList();
        Close(lost, CloseReason.Lost);
        Report("lost", lost, startedAt);
    }

    private PartitionLease Open(TopicPartitionOffset start)
    {
        var lease = new PartitionLease(start.TopicPartition, ++_epoch, environment) { StartsAt = start.Offset };
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
                logger, settings.Name, worker, start.Topic, start.Partition.Value, running.OldestInFlightOffset ?? -1, running.OldestInFlightAge);
        }

        return lease;
    }

    private List<PartitionLease> Find(IEnumerable<TopicPartition> partitions) =>
        [.. partitions.Select(leases.Find).OfType<PartitionLease>()];

    private void DrainAndCommit(List<PartitionLease> taken)
    {
        if (taken.Count == 0)
        {
            return;
        }

        foreach (var lease in taken)
        {
            lease.BeginDrain();
        }

        environment.Drained.Wait(() => _givenUp || taken.TrueForAll(static lease => lease.IsDrained), settings.Options.Rebalance.DrainTimeout);
        foreach (var late in taken.Where(static lease => !lease.IsDrained))
        {
            var snapshot = late.GetSnapshot();
            metrics.Abandoned(late.TopicPartition.Topic, snapshot.InFlight);
            Log.DrainTimedOut(
                logger, settings.Name, worker, late.TopicPartition.Topic, late.TopicPartition.Partition.Value,
                snapshot.OldestInFlightOffset ?? -1, snapshot.OldestInFlightAge, snapshot.InFlight);
            late.CancelHandlers();
        }

        committer.Flush(taken, settings.Options.Commit.FinalTimeout);
        foreach (var late in taken.Where(static lease => lease.HasUncommitted))
        {
            Log.FinalCommitGivenUp(
                logger, settings.Name, worker, late.TopicPartition.Topic, late.TopicPartition.Partition.Value,
                settings.Options.Commit.FinalTimeout, committer.LastError ?? "no answer");
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

        var duration = time.GetElapsedTime(startedAt);
        metrics.Rebalanced(kind, affected.Count, duration);
        Log.Rebalanced(
            logger, settings.Name, worker, kind, affected.Count, new PartitionNames([.. affected.Select(static lease => lease.TopicPartition)]), leases.All.Count, duration, settings.Options.GroupProtocol);
    }
}

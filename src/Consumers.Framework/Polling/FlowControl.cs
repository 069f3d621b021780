using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Rebalancing;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Polling;

/// <summary>
/// Decides which partitions the client fetches. Poll thread only. A pause throws the client's prefetched records away, so a full lane
/// is first given a few milliseconds to free up, and a paused one is resumed only when a quarter of its buffer is left.
/// </summary>
internal sealed class FlowControl(
    ConsumerSettings settings, int worker, IRecordSource source, LeaseTable leases, AutoResetEvent spaceFreed, Func<bool> isPausedByCommand, ILogger logger)
{
    private static readonly TimeSpan BriefWait = TimeSpan.FromMilliseconds(20);

    /// <summary>What the client has paused. A pause outlives the assignment: a partition that comes back is still paused in the client.</summary>
    private readonly HashSet<TopicPartition> _pausedInClient = [];
    private readonly List<PartitionLease> _waiting = [];
    private bool _pausedByCommand;
    private bool _assignmentChanged;

    /// <summary>Inside the callback the assignment is not applied yet: the pauses are put right after the poll.</summary>
    public void AssignmentChanged() => _assignmentChanged = true;

    /// <param name="received">The leases that got records in this poll.</param>
    public void AfterPoll(IReadOnlyList<PartitionLease> received)
    {
        if (_assignmentChanged || _pausedByCommand != isPausedByCommand())
        {
            _assignmentChanged = false;
            _pausedByCommand = isPausedByCommand();
            _waiting.RemoveAll(static lease => lease.State == LeaseState.Closed);
            ApplyCommand();
        }

        // One wait for all: with many full partitions the poll thread would be away for long.
        var mayWait = true;
        foreach (var lease in received)
        {
            if (lease.State != LeaseState.Closed && StaysFull(lease, ref mayWait))
            {
                PauseFor(lease, PauseReason.BackPressure);
                _waiting.Add(lease);
                Log.PausedByBackPressure(logger, settings.Name, worker, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value);
            }
        }

        for (var index = _waiting.Count - 1; index >= 0; index--)
        {
            var lease = _waiting[index];
            if (lease.State == LeaseState.Closed)
            {
                _waiting.RemoveAt(index);
            }
            else if (lease.IsLow)
            {
                _waiting.RemoveAt(index);
                ResumeFrom(lease, PauseReason.BackPressure);
            }
        }
    }

    private bool StaysFull(PartitionLease lease, ref bool mayWait)
    {
        // A signal that came after an earlier wait had ended says nothing about this one.
        spaceFreed.Reset();
        if (!lease.WantSpace())
        {
            return false;
        }

        mayWait = mayWait && spaceFreed.WaitOne(BriefWait);
        return lease.IsFull;
    }

    private void ApplyCommand()
    {
        foreach (var lease in leases.All)
        {
            if (_pausedByCommand)
            {
                PauseFor(lease, PauseReason.Command);
            }
            else
            {
                ResumeFrom(lease, PauseReason.Command);
            }
        }
    }

    private void PauseFor(PartitionLease lease, PauseReason reason)
    {
        lease.Paused |= reason;
        if (_pausedInClient.Add(lease.TopicPartition))
        {
            source.Pause([lease.TopicPartition]);
        }
    }

    private void ResumeFrom(PartitionLease lease, PauseReason reason)
    {
        lease.Paused &= ~reason;
        if (lease.Paused != PauseReason.None || !_pausedInClient.Remove(lease.TopicPartition))
        {
            return;
        }

        source.Resume([lease.TopicPartition]);
        if (lease.Position is not { } position)
        {
            return;
        }

        Log.ResumedFromBackPressure(logger, settings.Name, worker, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value, position);
        try
        {
            // Without it the client waits for its next tick, up to a second.
            source.Seek(new TopicPartitionOffset(lease.TopicPartition, position));
        }
        catch (KafkaException)
        {
            // The partition is between two states in the client; then the tick it is.
        }
    }
}

using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;

namespace Consumers.Framework.Polling;

/// <summary>
/// Decides which partitions the client delivers. Poll thread only. A lane that is full is first given a few milliseconds to free up;
/// then its partition is held back until a quarter of its buffer is left.
/// </summary>
internal sealed class FlowControl(
    WorkerScope scope, IRecordSource source, LeaseTable leases, PollBatch batch, AutoResetEvent spaceFreed, Func<bool> isPausedByCommand)
{
    private static readonly TimeSpan BriefWait = TimeSpan.FromMilliseconds(20);

    private const PauseReason Stops = PauseReason.Command | PauseReason.Unreadable | PauseReason.EndReached;

    /// <summary>What the client was told. It outlives the assignment: a partition that comes back is still paused or held in the client.</summary>
    private readonly Dictionary<TopicPartition, PauseReason> _applied = [];
    private readonly List<PartitionLease> _waiting = [];
    private readonly List<PartitionLease> _unreadable = [];
    private bool _pausedByCommand;
    private bool _assignmentChanged;
    private IReadOnlyList<PartitionLease> _retained = [];

    /// <summary>
    /// Inside the callback the assignment is not applied yet: the pauses are put right after the poll. That poll would go on to wait for
    /// the first records of what was assigned, so while the consumer is paused it is told to end.
    /// </summary>
    public void AssignmentChanged()
    {
        _assignmentChanged = true;
        if (isPausedByCommand())
        {
            source.Wake();
        }
    }

    /// <summary>
    /// First thing in a callback of the client, which has paused every partition for it. The poll is told to end, and those that stay are
    /// fetched again right after it: the poll would go on to wait for their records, and those wait for the client's next tick.
    /// </summary>
    /// <param name="changing">The partitions that change hands: what the poll has already brought of them belongs to nobody.</param>
    public void CallbackBegins(IReadOnlyCollection<TopicPartition> changing)
    {
        _retained = leases.All;
        source.Wake();
        batch.Discard(changing);
    }

    /// <summary>
    /// New partitions of a consumer that is paused in code. The client may have delivered records of them in the very poll whose callback
    /// gave them: those go back, and are fetched again when it is resumed.
    /// </summary>
    public void BeforeHandOver()
    {
        if (!_assignmentChanged || !isPausedByCommand())
        {
            return;
        }

        foreach (var lease in leases.All)
        {
            if ((lease.Assigned.Paused & PauseReason.Command) == 0 && lease.Position is null)
            {
                Change(lease, PauseReason.Command, true);
                if (batch.TakeBack(lease.TopicPartition) is { } first)
                {
                    lease.Assigned.StartsAt = first;
                    lease.Assigned.ExpectPosition();
                }
            }
        }
    }

    /// <param name="received">The leases that got records in this poll.</param>
    public void AfterPoll(List<PartitionLease> received)
    {
        if (_assignmentChanged || _pausedByCommand != isPausedByCommand())
        {
            _assignmentChanged = false;
            _pausedByCommand = isPausedByCommand();
            _waiting.RemoveAll(static lease => lease.State == LeaseState.Closed);
            foreach (var lease in leases.All)
            {
                Change(lease, PauseReason.Command, _pausedByCommand);
            }
        }

        FetchRetained();
        HoldFull(received);
        LetLowFlow();
        GoOnPastUnreadable();
    }

    /// <summary>The last record that the lease has received is one that the client could not read. It is fetched no further before that is final.</summary>
    public void HoldUnreadable(PartitionLease lease)
    {
        Change(lease, PauseReason.Unreadable, true);
        _unreadable.Add(lease);
    }

    /// <summary>What comes from now on lies beyond the end of the read.</summary>
    public void StopFetching(PartitionLease lease)
    {
        if ((lease.Assigned.Paused & PauseReason.EndReached) == 0)
        {
            Change(lease, PauseReason.EndReached, true);
        }
    }

    /// <summary>The client is not where it was sent after an unreadable record.</summary>
    public void SeekAgain(PartitionLease lease)
    {
        if ((lease.Assigned.Paused & Stops) == 0)
        {
            source.Resume(lease.TopicPartition, lease.Assigned.Expected);
        }
    }

    /// <summary>
    /// From where the lease is: it has what this poll has brought. One that is held in the client is fetched too, into the queue where its
    /// records wait.
    /// </summary>
    private void FetchRetained()
    {
        if (_retained.Count == 0)
        {
            return;
        }

        foreach (var lease in _retained)
        {
            if (lease is { State: LeaseState.Open, Assigned: { Hold: null, Expected: { } position } } && (lease.Assigned.Paused & Stops) == 0)
            {
                source.FetchNow(lease.TopicPartition, position);
                lease.Assigned.ExpectAnswer();
            }
        }

        _retained = [];
    }

    private void HoldFull(List<PartitionLease> received)
    {
        // One wait for all: with many full partitions the poll thread would be away for long.
        var mayWait = true;
        for (var index = 0; index < received.Count; index++)
        {
            var lease = received[index];
            if (lease.State != LeaseState.Closed && (lease.Assigned.Paused & PauseReason.BackPressure) == 0 && StaysFull(lease, ref mayWait))
            {
                Change(lease, PauseReason.BackPressure, true);
                _waiting.Add(lease);
                lease.Buffer.WakeWhenLow();
                Log.PausedByBackPressure(scope.Logger, scope.Consumer, scope.Index, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value);
            }
        }
    }

    private void LetLowFlow()
    {
        for (var index = _waiting.Count - 1; index >= 0; index--)
        {
            var lease = _waiting[index];
            if (lease.State == LeaseState.Closed)
            {
                _waiting.RemoveAt(index);
            }
            else if (lease.Buffer.IsLow)
            {
                _waiting.RemoveAt(index);
                Change(lease, PauseReason.BackPressure, false);
                Log.ResumedFromBackPressure(
                    scope.Logger, scope.Consumer, scope.Index, lease.TopicPartition.Topic, lease.TopicPartition.Partition.Value, lease.Position ?? Offset.Unset);
            }
        }
    }

    private void GoOnPastUnreadable()
    {
        for (var index = _unreadable.Count - 1; index >= 0; index--)
        {
            var lease = _unreadable[index];
            if (lease.State == LeaseState.Closed)
            {
                _unreadable.RemoveAt(index);
            }
            else if (lease.IsIdle)
            {
                _unreadable.RemoveAt(index);
                lease.Assigned.ExpectPosition();
                Change(lease, PauseReason.Unreadable, false);
            }
        }
    }

    private bool StaysFull(PartitionLease lease, ref bool mayWait)
    {
        // A signal that came after an earlier wait had ended says nothing about this one.
        spaceFreed.Reset();
        if (!lease.Buffer.WantSpace())
        {
            return false;
        }

        mayWait = mayWait && spaceFreed.WaitOne(BriefWait);
        return lease.Buffer.IsFull;
    }

    private void Change(PartitionLease lease, PauseReason reason, bool stands)
    {
        lease.Assigned.Paused = stands ? lease.Assigned.Paused | reason : lease.Assigned.Paused & ~reason;
        var wanted = lease.Assigned.Paused;
        var applied = _applied.GetValueOrDefault(lease.TopicPartition);
        if (applied == wanted)
        {
            return;
        }

        // Lifted first: to the managed client both reasons are the same pause, and the one that still stands is put back.
        var lifted = applied & ~wanted;
        if ((lifted & PauseReason.BackPressure) != 0)
        {
            source.LetFlow(lease.TopicPartition, lease.Assigned.Expected);
            if (lease.Assigned.AwaitedSince is not null)
            {
                // It was sent on by a callback while it was held: what it has answered waits in its queue.
                lease.Assigned.ExpectAnswer();
            }
        }

        if ((lifted & Stops) != 0)
        {
            source.Resume(lease.TopicPartition, lease.Assigned.Expected);
            lease.Assigned.ExpectAnswer();
        }

        if ((wanted & Stops) != 0)
        {
            source.Pause(lease.TopicPartition);
        }

        if ((wanted & PauseReason.BackPressure) != 0)
        {
            source.Hold(lease.TopicPartition);
        }

        _applied[lease.TopicPartition] = wanted;
    }
}

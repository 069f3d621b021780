using Consumers.Framework.Committing;
using Consumers.Framework.Dispatching;

namespace Consumers.Framework.Rebalancing;

/// <summary>What a lane asks of its lease, on handler threads.</summary>
/// <remarks>
/// A lane takes a run of records under the lock and handles it without. It publishes how many are final by a counter; whoever takes the
/// lock for something that depends on it takes note of it first (<see cref="CollectLocked(Lane)"/>), so offsets, counts and limits are as
/// fresh as if every record had come through the lock.
/// </remarks>
internal sealed partial class PartitionLease
{
    /// <summary>The lane's run is over; its next one, as far as it may start.</summary>
    /// <returns>False when the lane has nothing to do; it is scheduled again when that changes.</returns>
    public bool TryTakeRun(Lane lane, long now)
    {
        bool taken;
        bool urgent;
        int stale;
        lock (_gate)
        {
            stale = EndRunLocked(lane);
            lane.Scheduled = false;
            taken = TryBeginLocked(lane, now);
            lane.Parked = !taken && lane.Queue.Count > 0 && _predecessor is null;
            urgent = _commits.Urgent;
        }

        AfterRun(lane, urgent, stale);
        return taken;
    }

    /// <summary>The lane's run is over, or what is left of it goes back: others have their turn before the lane runs again.</summary>
    public void GiveWay(Lane lane)
    {
        bool urgent;
        int stale;
        lock (_gate)
        {
            stale = EndRunLocked(lane);
            RescheduleLocked(lane);
            urgent = _commits.Urgent;
        }

        AfterRun(lane, urgent, stale);
    }

    /// <summary>The record in hand goes on elsewhere; the rest of the run goes back into the queue, and is dropped if it may not start.</summary>
    public void GiveBack(Lane lane)
    {
        lock (_gate)
        {
            GiveBackLocked(lane);
        }
    }

    /// <summary>The record that the lane had in hand outside of a run has ended: it is final, or it was abandoned.</summary>
    public void Finish(Lane lane, bool final)
    {
        bool urgent;
        int stale;
        lock (_gate)
        {
            stale = EndRunLocked(lane);
            if (!final)
            {
                var abandoned = lane.Queue[0].Record;
                _present--;
                _heldBytes -= abandoned.Size;
                lane.Queue.Remove(1);
                FailDrainLocked(abandoned.Offset);
            }

            RescheduleLocked(lane);
            urgent = _commits.Urgent;
        }

        if (final && !urgent)
        {
            Progress(false);
        }

        AfterRun(lane, urgent, stale);
    }

    /// <summary>The lane's last record is final, and the lane has passed a full fence since it said so.</summary>
    public void NoteProgress() => Progress(false);

    /// <summary>An attempt failed; the lane gives its permit back and waits.</summary>
    /// <returns>False when the partition is being taken away, so that there is no next attempt.</returns>
    public bool TryWait(Lane lane, LanePhase phase)
    {
        bool open;
        lock (_gate)
        {
            GiveBackLocked(lane);
            open = State == LeaseState.Open;
            if (lane.Phase == LanePhase.Handling)
            {
                _inFlight--;
            }

            lane.Phase = phase;
            FailDrainLocked(lane.Offset);
        }

        PulseIfDrained();
        return open;
    }

    /// <summary>The next attempt is about to start.</summary>
    /// <returns>False when the partition is being taken away.</returns>
    public bool TryRestart(Lane lane)
    {
        lock (_gate)
        {
            if (State != LeaseState.Open)
            {
                return false;
            }

            lane.BeginAgain(_environment.Time.GetTimestamp());
            _inFlight++;
            return true;
        }
    }

    private bool TryBeginLocked(Lane lane, long now)
    {
        if (lane.Queue.Count > 0 && !MayRunLocked(lane.Queue[0].Record.Offset))
        {
            DropQueuedLocked(lane);
        }

        if (lane.Queue.Count == 0)
        {
            return false;
        }

        var first = lane.Queue[0].Record.Offset;
        if (_predecessor is not null || !_commits.MayStart(first, lane.LastCompleted, now))
        {
            return false;
        }

        // With several lanes a drain needs to know the highest record that has started, and what is being taken away goes record by record.
        var limit = _lanes.Length == 1 && State == LeaseState.Open ? _commits.Run : RunLimit.One;
        lane.Begin(RunLength(lane, limit), now, limit.Deadline);
        _inFlight++;
        _inHand++;
        _highestStarted = Math.Max(_highestStarted, first);
        SignalSpaceLocked();
        return true;
    }

    private static int RunLength(Lane lane, in RunLimit limit)
    {
        var length = (int)Math.Min(limit.Records, Math.Min(lane.RunLength, lane.Queue.FirstCount));
        while (length > 1 && lane.Queue[length - 1].Record.Offset >= limit.EndOffset)
        {
            length--;
        }

        return length;
    }

    /// <returns>How many records were final after the lease was closed.</returns>
    private int EndRunLocked(Lane lane)
    {
        RemoveDoneLocked(lane);
        if (lane.Phase == LanePhase.Handling)
        {
            _inFlight--;
        }

        if (lane.Phase != LanePhase.Idle)
        {
            _inHand--;
        }

        lane.Phase = LanePhase.Idle;
        lane.Held = 0;
        var stale = lane.Stale;
        lane.Stale = 0;
        return stale;
    }

    private void GiveBackLocked(Lane lane)
    {
        RemoveDoneLocked(lane);
        lane.Held = 1;

        // A drain that began meanwhile has left the rest of the run to the lane.
        if (lane.Queue.Count > 1 && !MayRunLocked(lane.Queue[1].Record.Offset))
        {
            DropQueuedLocked(lane);
        }
    }

    private void RemoveDoneLocked(Lane lane)
    {
        CollectLocked(lane);
        lane.Queue.Remove((int)(lane.Collected - lane.Removed));
        lane.Removed = lane.Collected;
    }

    private void RescheduleLocked(Lane lane)
    {
        lane.Scheduled = false;
        if (lane.Queue.Count > 0)
        {
            ScheduleLocked(lane);
        }
    }

    private void CollectLocked()
    {
        foreach (var lane in _lanes)
        {
            CollectLocked(lane);
        }
    }

    /// <summary>Takes note of what the lane has finished since the last time.</summary>
    private void CollectLocked(Lane lane)
    {
        var done = lane.Done;
        var count = (int)(done - lane.Collected);
        if (count == 0)
        {
            return;
        }

        // Only the lane itself takes records out of its queue, so those that are final still stand at its head.
        ref readonly var last = ref lane.Queue[(int)(done - lane.Removed) - 1];
        lane.Collected = done;
        _present -= count;
        var bytes = lane.DoneBytes;
        _heldBytes -= bytes - lane.CollectedBytes;
        lane.CollectedBytes = bytes;
        SignalSpaceLocked();
        if (State == LeaseState.Closed)
        {
            lane.Stale += count;
            return;
        }

        if (_lanes.Length == 1)
        {
            _tracker.CompleteThrough(last.Sequence);
        }
        else
        {
            _tracker.Complete(last.Sequence);
        }

        _commits.Completed(count, last.Record.Offset);
        _handled += count;
        lane.LastCompleted = last.Record.Offset;
        _highestStarted = Math.Max(_highestStarted, last.Record.Offset);
    }

    private void AfterRun(Lane lane, bool urgent, int stale)
    {
        if (urgent)
        {
            Progress(true);
        }

        if (stale > 0)
        {
            lane.ReportStale(stale);
        }

        PulseIfDrained();
    }
}

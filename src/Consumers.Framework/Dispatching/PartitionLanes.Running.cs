using Consumers.Framework.Committing;

namespace Consumers.Framework.Dispatching;

/// <summary>What the lanes ask, on handler threads.</summary>
internal sealed partial class PartitionLanes
{
    bool ILaneOwner.TryTakeRun(Lane lane, long now)
    {
        bool taken;
        bool urgent;
        int stale;
        lock (_lock)
        {
            stale = EndRun(lane);
            lane.Queue.IsScheduled = false;
            taken = TryBegin(lane, now);
            lane.Queue.IsParked = !taken && lane.Queue.Count > 0 && !IsHeldBack;
            urgent = _commits.Strategy.Urgent;
        }

        AfterRun(lane, urgent, stale);
        return taken;
    }

    void ILaneOwner.GiveWay(Lane lane)
    {
        bool urgent;
        int stale;
        lock (_lock)
        {
            stale = EndRun(lane);
            Reschedule(lane);
            urgent = _commits.Strategy.Urgent;
        }

        AfterRun(lane, urgent, stale);
    }

    void ILaneOwner.GiveBack(Lane lane)
    {
        lock (_lock)
        {
            GiveBack(lane);
        }
    }

    void ILaneOwner.NoteProgress() => _commits.Signal(urgent: false);

    bool ILaneOwner.TryWait(Lane lane, LanePhase phase)
    {
        bool open;
        lock (_lock)
        {
            GiveBack(lane);
            open = State == LeaseState.Open;
            if (lane.Queue.Phase == LanePhase.Handling)
            {
                InFlight--;
            }

            lane.Queue.Phase = phase;
            Drain.Failed(lane.Queue.Offset);
        }

        _events.RunEnded();
        return open;
    }

    bool ILaneOwner.TryRestart(Lane lane)
    {
        lock (_lock)
        {
            if (State != LeaseState.Open)
            {
                return false;
            }

            lane.BeginAgain(_environment.Time.GetTimestamp());
            InFlight++;
            return true;
        }
    }

    void ILaneOwner.Finish(Lane lane, bool final)
    {
        bool urgent;
        int stale;
        lock (_lock)
        {
            stale = EndRun(lane);
            if (!final)
            {
                var abandoned = lane.Queue.RemoveFirst();
                _present--;
                HeldBytes -= abandoned.Size;
                Drain.Failed(abandoned.Offset);
            }

            Reschedule(lane);
            urgent = _commits.Strategy.Urgent;
        }

        if (final && !urgent)
        {
            _commits.Signal(urgent: false);
        }

        AfterRun(lane, urgent, stale);
    }

    void ILaneOwner.Break(Lane lane, string fault)
    {
        lock (_lock)
        {
            EndRun(lane);
            var queue = lane.Queue;
            if (queue.Count > 0)
            {
                queue.Held = 1;
                queue.Phase = LanePhase.Blocked;
                _inHand++;
                Drain.Failed(queue.Offset);
            }

            // Nobody gives it to a thread any more.
            queue.IsScheduled = true;
            Volatile.Write(ref _fault, fault);
        }

        _events.RunEnded();
    }

    Task ILaneOwner.RequestCommitAsync(long sequence, long nextOffset) => _commits.RequestAsync(sequence, nextOffset);

    private bool TryBegin(Lane lane, long now)
    {
        var queue = lane.Queue;
        if (queue.Count > 0 && !Drain.MayStart(queue.FirstOffset))
        {
            DropWaiting(lane.Queue);
        }

        if (queue.Count == 0)
        {
            return false;
        }

        var first = queue.FirstOffset;
        if (IsHeldBack || !_commits.Strategy.MayStart(first, queue.LastCompleted, now))
        {
            return false;
        }

        // With several lanes a drain needs to know the highest record that has started, and what is being taken away goes record by record.
        var limit = _lanes.Length == 1 && State == LeaseState.Open ? _commits.Strategy.Run : RunLimit.One;
        lane.Begin(queue.RunLength(lane.RunLength, limit), now, limit.Deadline);
        InFlight++;
        _inHand++;
        Drain.Started(first);
        _events.SpaceFreed();
        return true;
    }

    /// <returns>How many records were final after the lease was closed.</returns>
    private int EndRun(Lane lane)
    {
        Collect(lane);
        var queue = lane.Queue;
        queue.RemoveCollected();
        InFlight -= queue.Phase == LanePhase.Handling ? 1 : 0;
        _inHand -= queue.Phase != LanePhase.Idle ? 1 : 0;
        queue.Phase = LanePhase.Idle;
        queue.Held = 0;
        return queue.TakeStale();
    }

    private void GiveBack(Lane lane)
    {
        Collect(lane);
        var queue = lane.Queue;
        queue.RemoveCollected();
        queue.Held = 1;

        // A drain that began meanwhile has left the rest of the run to the lane.
        if (queue.HasWaiting && !Drain.MayStart(queue.FirstWaitingOffset))
        {
            DropWaiting(lane.Queue);
        }
    }

    private void Reschedule(Lane lane)
    {
        lane.Queue.IsScheduled = false;
        if (lane.Queue.Count > 0)
        {
            Schedule(lane);
        }
    }

    /// <summary>Takes note of what the lane has finished since the last time.</summary>
    private void Collect(Lane lane)
    {
        var count = lane.Queue.Collect(out var bytes, out var last);
        if (count == 0)
        {
            return;
        }

        _present -= count;
        HeldBytes -= bytes;
        _events.SpaceFreed();
        if (State == LeaseState.Closed)
        {
            lane.Queue.Stale += count;
            return;
        }

        _commits.Completed(count, last.Sequence, last.Record.Offset, isOnlyLane: _lanes.Length == 1);
        Handled += count;
        lane.Queue.LastCompleted = last.Record.Offset;
        Drain.Started(last.Record.Offset);
    }

    /// <summary>Not under the lock.</summary>
    private void AfterRun(Lane lane, bool urgent, int stale)
    {
        if (urgent)
        {
            _commits.Signal(urgent: true);
        }

        if (stale > 0)
        {
            lane.ReportStale(stale);
        }

        _events.RunEnded();
    }
}

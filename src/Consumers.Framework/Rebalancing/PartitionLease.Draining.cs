using Consumers.Framework.Dispatching;

namespace Consumers.Framework.Rebalancing;

/// <summary>How a lease ends.</summary>
internal sealed partial class PartitionLease
{
    /// <summary>Why the lease was closed; null while it is not.</summary>
    public CloseReason? ClosedBy { get; private set; }

    /// <summary>Whether nothing is left that a drain waits for.</summary>
    public bool IsDrained
    {
        get
        {
            lock (_gate)
            {
                return IsDrainedLocked;
            }
        }
    }

    private bool IsDrainedLocked => State == LeaseState.Closed || (AwaitedLocked == 0 && QueuedLocked == 0);

    /// <summary>
    /// Poll thread, or a handler of the lease that has begun the stop of its consumer: nothing new starts. What has not started is dropped,
    /// except for records below one that has: those were to be repeated otherwise. A record that waits for its next attempt is given up.
    /// </summary>
    public void BeginDrain()
    {
        lock (_gate)
        {
            if (State != LeaseState.Open)
            {
                return;
            }

            State = LeaseState.Draining;
            foreach (var lane in _lanes)
            {
                var waits = lane.Phase is LanePhase.Waiting or LanePhase.Blocked;
                if (waits)
                {
                    lane.Cancel();
                }

                if (waits || lane is { IsGivenUp: true, Phase: LanePhase.Handling })
                {
                    _failedInDrain = Math.Min(_failedInDrain, lane.Offset);
                }
            }

            LimitDrainLocked();
        }

        PulseIfDrained();
    }

    /// <summary>A record stays uncommitted, so nothing behind it can be committed either, unless it is already.</summary>
    private void FailDrainLocked(long offset)
    {
        if (State == LeaseState.Draining)
        {
            _failedInDrain = Math.Min(_failedInDrain, offset);
            LimitDrainLocked();
        }
    }

    /// <summary>Decides what still runs, drops the rest, and wakes the lanes that have something to run.</summary>
    private void LimitDrainLocked()
    {
        CollectLocked();
        var behindStarted = _highestStarted == long.MinValue ? long.MinValue : _highestStarted + 1;
        _drainLimit = Math.Max(Math.Min(behindStarted, _failedInDrain), _commits.RunBeforeDrained);
        foreach (var lane in _lanes)
        {
            // A lane that is on its thread gives back itself what it has not started.
            lane.Interrupt();
            if (lane.Queue.Count > lane.Held && (lane.IsGivenUp || !MayRunLocked(lane.Queue[lane.Held].Record.Offset)))
            {
                DropQueuedLocked(lane);
            }
            else if (lane.Queue.Count > 0 && lane.Phase == LanePhase.Idle)
            {
                ScheduleLocked(lane);
            }
        }
    }

    /// <summary>Poll thread, at the drain deadline: the handlers that are still running are asked to stop.</summary>
    public void CancelHandlers()
    {
        lock (_gate)
        {
            CancelHandlersLocked();
        }
    }

    /// <summary>Poll thread or committer: the partition is not ours any more. Nothing of this lease is committed from here on.</summary>
    public void Close(CloseReason reason)
    {
        lock (_gate)
        {
            if (State == LeaseState.Closed)
            {
                return;
            }

            // What is final up to here counts; what comes later does not.
            CollectLocked();
            State = LeaseState.Closed;
            ClosedBy = reason;
            foreach (var lane in _lanes)
            {
                lane.Interrupt();
                DropQueuedLocked(lane);
            }

            CancelHandlersLocked();
        }

        FailCommitRequests(reason);
        PulseIfDrained();
    }

    private void CancelHandlersLocked()
    {
        foreach (var lane in _lanes)
        {
            if (lane.Phase != LanePhase.Idle)
            {
                lane.Cancel();
            }
        }
    }

    /// <summary>Something of a lease that is being taken away, or was, has ended: tells whoever waits for that.</summary>
    private void PulseIfDrained()
    {
        if (State == LeaseState.Open)
        {
            return;
        }

        if (IsDrained)
        {
            _environment.Drained.Pulse();
        }

        LeaveIfEnded();
    }
}

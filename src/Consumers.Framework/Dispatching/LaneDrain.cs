using Consumers.Framework.Committing;

namespace Consumers.Framework.Dispatching;

/// <summary>
/// Whether the partition is owned, and how its lanes end when it is taken away: nothing new starts, and what has not started is dropped,
/// except for records below one that has; those were to be repeated otherwise. Guarded by the lock of the partition.
/// </summary>
internal sealed class LaneDrain(Lane[] lanes, CommitGate strategy, PartitionLanes owner)
{
    private long _highestStarted = long.MinValue;

    /// <summary>The lowest offset that the drain leaves uncommitted.</summary>
    private long _lowestFailed = long.MaxValue;

    /// <summary>Records from this offset on do not start any more.</summary>
    private long _end;

    /// <summary>Also read without the lock, where a moment does not matter.</summary>
    public LeaseState State { get; private set; }

    /// <summary>Records in a handler that the drain does not wait for.</summary>
    public int GivenUp
    {
        get
        {
            var givenUp = 0;
            foreach (var lane in lanes)
            {
                givenUp += IsGivenUp(lane) ? 1 : 0;
            }

            return givenUp;
        }
    }

    public bool MayStart(long offset) => State switch
    {
        LeaseState.Open => true,
        LeaseState.Draining => offset < _end,
        _ => false,
    };

    public void Started(long offset) => _highestStarted = Math.Max(_highestStarted, offset);

    /// <summary>A record stays uncommitted, so nothing behind it can be committed either, unless it is already.</summary>
    public void Failed(long offset)
    {
        if (State == LeaseState.Draining)
        {
            _lowestFailed = Math.Min(_lowestFailed, offset);
            Limit();
        }
    }

    /// <summary>The partition is being taken away. A record that waits for its next attempt is given up.</summary>
    public void Begin()
    {
        State = LeaseState.Draining;
        foreach (var lane in lanes)
        {
            var waits = lane.Queue.Phase is LanePhase.Waiting or LanePhase.Blocked;
            if (waits)
            {
                lane.Cancel();
            }

            if (waits || IsGivenUp(lane))
            {
                _lowestFailed = Math.Min(_lowestFailed, lane.Queue.Offset);
            }
        }

        Limit();
    }

    /// <summary>Decides what still runs, drops the rest, and wakes the lanes that have something to run.</summary>
    public void Limit()
    {
        owner.Collect();
        var behindStarted = _highestStarted == long.MinValue ? long.MinValue : _highestStarted + 1;
        _end = Math.Max(Math.Min(behindStarted, _lowestFailed), strategy.RunBeforeDrained);
        foreach (var lane in lanes)
        {
            // A lane that is on its thread gives back itself what it has not started.
            lane.Interrupt();
            var queue = lane.Queue;
            if (queue.HasWaiting && (queue.IsGivenUp || !MayStart(queue.FirstWaitingOffset)))
            {
                owner.DropWaiting(queue);
            }
            else if (queue.Count > 0 && queue.Phase == LanePhase.Idle)
            {
                owner.Schedule(lane);
            }
        }
    }

    /// <summary>The partition is not ours any more. What is final up to here counts; what comes later does not.</summary>
    public void Close()
    {
        owner.Collect();
        State = LeaseState.Closed;
        foreach (var lane in lanes)
        {
            lane.Interrupt();
            owner.DropWaiting(lane.Queue);
        }

        CancelHandlers();
    }

    /// <summary>The handlers that are still running are asked to stop.</summary>
    public void CancelHandlers()
    {
        foreach (var lane in lanes)
        {
            if (lane.Queue.Phase != LanePhase.Idle)
            {
                lane.Cancel();
            }
        }
    }

    private static bool IsGivenUp(Lane lane) => lane.Queue is { IsGivenUp: true, Phase: LanePhase.Handling };
}

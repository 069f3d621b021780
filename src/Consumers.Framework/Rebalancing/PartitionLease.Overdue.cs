using Consumers.Framework.Dispatching;

namespace Consumers.Framework.Rebalancing;

/// <summary>What becomes of handlers that take too long. Poll thread.</summary>
internal sealed partial class PartitionLease
{
    /// <summary>Cancels the attempts that have taken longer than they may.</summary>
    /// <param name="now">A timestamp of the time provider.</param>
    /// <param name="found">Gets those that were cancelled now, and those that have ignored it for too long.</param>
    public void FindOverdue(long now, List<OverdueRecord> found)
    {
        lock (_gate)
        {
            if (State == LeaseState.Closed)
            {
                return;
            }

            foreach (var lane in _lanes)
            {
                if (lane.Phase == LanePhase.Handling && lane.FindOverdue(now) is { } overdue)
                {
                    found.Add(overdue);
                }
            }
        }
    }

    /// <summary>Handlers that do not return are not waited for by the drain that follows, and neither they nor what comes after them is committed.</summary>
    public void GiveUpStuck()
    {
        lock (_gate)
        {
            foreach (var lane in _lanes)
            {
                lane.IsGivenUp = lane is { Phase: LanePhase.Handling, IsStuck: true };
            }
        }
    }

    /// <summary>Records in a handler that a drain waits for.</summary>
    private int AwaitedLocked
    {
        get
        {
            var awaited = _inFlight;
            foreach (var lane in _lanes)
            {
                awaited -= lane is { IsGivenUp: true, Phase: LanePhase.Handling } ? 1 : 0;
            }

            return awaited;
        }
    }
}

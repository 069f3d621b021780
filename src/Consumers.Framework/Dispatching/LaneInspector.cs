namespace Consumers.Framework.Dispatching;

/// <summary>Looks at the lanes of one partition from outside: who takes long, who has failed, who stands still. Under the lock of the partition.</summary>
internal sealed class LaneInspector(Lane[] lanes, LaneEnvironment environment)
{
    private const string NotRun = "it is ready, and is not run although fewer handlers run than MaxConcurrency allows: either threads are missing, or a handler of a partition that was taken away has not returned";
    private const string NotContinued = "its handler has returned, and nothing goes on with it";
    private const string NotTriedAgain = "its next attempt is overdue";
    private const string NotTold = "it is not told to go on";

    private static readonly TimeSpan ClockMayLag = TimeSpan.FromMilliseconds(20);

    /// <summary>The lane whose record has been in its handler for the longest time; null when none is.</summary>
    public Lane? Oldest => lanes.Where(static lane => lane.Queue.Phase == LanePhase.Handling).MinBy(static lane => lane.StartedAt);

    /// <summary>The lane whose failed record has the lowest offset; null when none has failed.</summary>
    public Lane? Failing => lanes.Where(static lane => lane.Recovery.Failing is not null).MinBy(static lane => lane.Queue.Offset);

    /// <summary>The lane that stands without a reason at the lowest offset; null when none does.</summary>
    public Lane? Standing => lanes.Where(static lane => lane.Standing.Reason is not null && lane.Queue.Count > 0).MinBy(static lane => lane.Queue.NextOffset);

    /// <summary>How many lanes wait for a commit; also without the lock, where it is no more than a hint.</summary>
    public int Parked
    {
        get
        {
            var parked = 0;
            foreach (var lane in lanes)
            {
                parked += lane.Queue.IsParked ? 1 : 0;
            }

            return parked;
        }
    }

    /// <summary>
    /// A lane that was quick looks at the clock for every sixteenth record only. If one of them then takes long, the next ones would look as
    /// old as that one: so whoever asks for ages makes the lane look again before the next record.
    /// </summary>
    public void RefreshClocks(long now)
    {
        foreach (var lane in lanes)
        {
            if (lane.Queue.Phase == LanePhase.Handling && environment.Time.GetElapsedTime(lane.StartedAt, now) > ClockMayLag)
            {
                lane.Interrupt();
            }
        }
    }

    /// <summary>Cancels the attempts that have taken longer than they may.</summary>
    /// <param name="now">A timestamp of the time provider.</param>
    /// <param name="found">Gets those that were cancelled now, and those that have ignored it for too long.</param>
    public void FindOverdue(long now, List<OverdueRecord> found)
    {
        foreach (var lane in lanes)
        {
            if (lane.Queue.Phase == LanePhase.Handling && lane.FindOverdue(now) is { } overdue)
            {
                found.Add(overdue);
            }
        }
    }

    /// <summary>Handlers that do not return are not waited for by the drain that follows, and neither they nor what comes after them is committed.</summary>
    public void GiveUpStuck()
    {
        foreach (var lane in lanes)
        {
            lane.Queue.IsGivenUp = lane.IsStuck && lane.Queue.Phase == LanePhase.Handling;
        }
    }

    /// <summary>Finds the lanes that have records, and for too long have done nothing with them without a reason.</summary>
    /// <param name="now">A timestamp of the time provider.</param>
    /// <param name="mayRun">Whether fewer handlers of the worker run than may.</param>
    /// <param name="mayPark">Whether a lane has reason to wait for a commit; null when no lane has to do anything.</param>
    /// <param name="found">Gets those that are found now.</param>
    public void FindStanding(long now, bool mayRun, bool? mayPark, List<StandingRecord> found)
    {
        var options = environment.Options;
        foreach (var lane in lanes)
        {
            var obstacle = mayPark is null ? null : ObstacleOf(lane, mayRun, mayPark.Value);
            var patience = obstacle == NotTriedAgain ? options.Health.StuckAfter + options.Failures.Retry.MaxDelay : options.Health.StuckAfter;
            if (lane.Standing.Look(obstacle, patience, now) is { } standing)
            {
                found.Add(standing);
            }
        }
    }

    /// <returns>What the lane should do now; null when it does something, has nothing to do, or waits for what health tells of elsewhere.</returns>
    private string? ObstacleOf(Lane lane, bool mayRun, bool mayPark)
    {
        var queue = lane.Queue;
        return queue.Phase switch
        {
            _ when queue.Count == 0 => null,
            LanePhase.Handling => lane.IsUnderWay ? null : NotContinued,
            LanePhase.Waiting or LanePhase.Blocked when lane.Recovery.AwaitsPermit => mayRun ? NotRun : null,

            // A pipeline of the application's decides itself how long it waits; and what is blocked is named by health.
            LanePhase.Waiting => environment.Options.Failures.Pipeline is null ? NotTriedAgain : null,
            LanePhase.Blocked => null,
            _ when queue.IsScheduled => mayRun ? NotRun : null,
            _ when queue.IsParked && mayPark => null,
            _ => NotTold,
        };
    }
}

using Consumers.Framework.Dispatching;

namespace Consumers.Framework.Rebalancing;

/// <summary>Whether the lanes do what they have to do.</summary>
internal sealed partial class PartitionLease
{
    private const string NotRun = "it is ready, and is not run although fewer handlers run than MaxConcurrency allows: either threads are missing, or a handler of a partition that was taken away has not returned";
    private const string NotContinued = "its handler has returned, and nothing goes on with it";
    private const string NotTriedAgain = "its next attempt is overdue";
    private const string NotTold = "it is not told to go on";

    private string? _fault;

    /// <summary>What the framework has failed at in this lease; null when it has not. Any thread.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>Records in their handler.</summary>
    public int InFlight
    {
        get
        {
            lock (_gate)
            {
                return _inFlight;
            }
        }
    }

    /// <summary>Handler's thread: the lane has failed. The record that it had in hand is not committed, and nothing behind it.</summary>
    public void Break(Lane lane, string fault)
    {
        lock (_gate)
        {
            EndRunLocked(lane);
            if (lane.Queue.Count > 0)
            {
                lane.Held = 1;
                lane.Phase = LanePhase.Blocked;
                _inHand++;
                FailDrainLocked(lane.Offset);
            }

            // Nobody gives it to a thread any more.
            lane.Scheduled = true;
            Volatile.Write(ref _fault, fault);
        }

        PulseIfDrained();
    }

    /// <summary>Poll thread: finds the lanes that have records, and for too long have done nothing with them without a reason.</summary>
    /// <param name="now">A timestamp of the time provider.</param>
    /// <param name="running">How many handlers of the worker run.</param>
    /// <param name="found">Gets those that are found now.</param>
    public void FindStanding(long now, int running, List<StandingRecord> found)
    {
        var options = _environment.Settings.Options;
        lock (_gate)
        {
            CollectLocked();
            foreach (var lane in _lanes)
            {
                var obstacle = ObstacleLocked(lane, mayRun: running < options.MaxConcurrency);
                var patience = obstacle == NotTriedAgain ? options.Health.StuckAfter + options.Failures.Retry.MaxDelay : options.Health.StuckAfter;
                if (lane.LookAfter(obstacle, patience, now) is { } standing)
                {
                    found.Add(standing);
                }
            }
        }
    }

    /// <returns>What the lane should do now; null when it does something, has nothing to do, or waits for what health tells of elsewhere.</returns>
    private string? ObstacleLocked(Lane lane, bool mayRun)
    {
        if (State != LeaseState.Open || _predecessor is not null || lane.Queue.Count == 0 || _fault is not null)
        {
            return null;
        }

        return lane.Phase switch
        {
            LanePhase.Handling => lane.IsUnderWay ? null : NotContinued,
            LanePhase.Waiting or LanePhase.Blocked when lane.AwaitsPermit => mayRun ? NotRun : null,

            // A pipeline of the application's decides itself how long it waits; and what is blocked is named by health.
            LanePhase.Waiting => _environment.Settings.Options.Failures.Pipeline is null ? NotTriedAgain : null,
            LanePhase.Blocked => null,
            _ when lane.Scheduled => mayRun ? NotRun : null,

            // It waits for the broker's answer, or for records beside it that the commit has to cover.
            _ when lane.Parked && (PointLocked() is not null || _inHand > 0) => null,
            _ => NotTold,
        };
    }
}

using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Dispatching;

namespace Consumers.Framework.Leases;

/// <summary>
/// Sees to lanes that the framework has failed. One that broke ends the worker, which starts again; one that stands without a known reason
/// is named, once, and shown by health. Poll thread only.
/// </summary>
internal sealed class LaneWatch(WorkerScope scope, LeaseTable leases)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly List<StandingRecord> _found = [];
    private long _lookedAt;

    /// <exception cref="LaneBrokenException">A lane is broken.</exception>
    public void Look()
    {
        var now = scope.Time.GetTimestamp();
        if (scope.Time.GetElapsedTime(_lookedAt, now) < Interval)
        {
            return;
        }

        _lookedAt = now;
        var running = 0;
        foreach (var lease in leases.All)
        {
            if (lease is { Fault: { } fault, State: not LeaseState.Closed })
            {
                throw new LaneBrokenException(lease.TopicPartition, fault);
            }

            running += lease.InFlight;
        }

        foreach (var lease in leases.All)
        {
            lease.FindStanding(now, running, _found);
        }

        foreach (var standing in _found)
        {
            Log.LaneStands(
                scope.Logger, scope.Consumer, scope.Index, standing.TopicPartition.Topic, standing.TopicPartition.Partition.Value, standing.Offset, standing.Age, standing.Reason);
        }

        _found.Clear();
    }
}

using Consumers.Framework.Configuration;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Failures;

namespace Consumers.Framework.Leases;

/// <summary>
/// Sees to handlers that take longer than <c>MaxHandlerDuration</c>: once polling goes on beside them, no broker notices them any more.
/// Poll thread only.
/// </summary>
internal sealed class HandlerWatch(WorkerScope scope, LeaseTable leases, IHostStopper hostStopper)
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _limit = scope.Options.MaxHandlerDuration ?? TimeSpan.Zero;
    private readonly List<OverdueRecord> _overdue = [];
    private readonly LaneWatch _lanes = new(scope, leases);
    private long _lookedAt;

    /// <summary>Cancels the handlers that are overdue, and does what the policy says about those that went on all the same.</summary>
    /// <exception cref="HandlerStuckException">The worker is to be replaced.</exception>
    /// <exception cref="LaneBrokenException">The worker is to start again.</exception>
    public void Look()
    {
        _lanes.Look();
        if (_limit == TimeSpan.Zero)
        {
            return;
        }

        var now = scope.Time.GetTimestamp();
        if (scope.Time.GetElapsedTime(_lookedAt, now) < (_limit < LongestInterval * 10 ? _limit / 10 : LongestInterval))
        {
            return;
        }

        _lookedAt = now;
        foreach (var lease in leases.All)
        {
            lease.FindOverdue(now, _overdue);
        }

        if (_overdue.Count > 0)
        {
            try
            {
                Report();
            }
            finally
            {
                _overdue.Clear();
            }
        }
    }

    private void Report()
    {
        OverdueRecord? stuck = null;
        foreach (var record in _overdue)
        {
            if (record.Stage == OverdueStage.Cancelled)
            {
                scope.Metrics.Overdue(record.TopicPartition.Topic);
                Log.HandlerOverdue(
                    scope.Logger, scope.Consumer, scope.Index, record.TopicPartition.Topic, record.TopicPartition.Partition.Value, record.Offset, record.Attempt, record.Age, Thread, _limit);
                continue;
            }

            stuck ??= record;
            Log.HandlerStuck(
                scope.Logger, scope.Consumer, scope.Index, record.TopicPartition.Topic, record.TopicPartition.Partition.Value, record.Offset, record.Attempt, record.Age, Thread,
                scope.Options.WhenHandlerStuck);
        }

        if (stuck is not null)
        {
            Act(stuck);
        }
    }

    private void Act(OverdueRecord stuck)
    {
        switch (scope.Options.WhenHandlerStuck)
        {
            case StuckHandlerPolicy.StopHost:
                hostStopper.Stop();
                break;

            case StuckHandlerPolicy.ReplaceWorker:
                foreach (var lease in leases.All)
                {
                    lease.GiveUpStuck();
                }

                throw new HandlerStuckException(stuck);
        }
    }

    private string Thread => scope.Options.MaxConcurrency == 1 ? "the worker's handler thread" : "the thread pool";
}

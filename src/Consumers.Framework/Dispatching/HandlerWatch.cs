using Consumers.Framework.Configuration;
using Consumers.Framework.Failures;
using Consumers.Framework.Rebalancing;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Dispatching;

/// <summary>
/// Sees to handlers that take longer than <c>MaxHandlerDuration</c>: once polling goes on beside them, no broker notices them any more.
/// Poll thread only.
/// </summary>
internal sealed class HandlerWatch(
    ConsumerSettings settings, int worker, LeaseTable leases, IHostStopper hostStopper, ConsumerMetrics metrics, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _limit = settings.Options.MaxHandlerDuration ?? TimeSpan.Zero;
    private readonly List<OverdueRecord> _overdue = [];
    private readonly LaneWatch _lanes = new(settings, worker, leases, time, logger);
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

        var now = time.GetTimestamp();
        if (time.GetElapsedTime(_lookedAt, now) < (_limit < LongestInterval * 10 ? _limit / 10 : LongestInterval))
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
                metrics.Overdue(record.TopicPartition.Topic);
                Log.HandlerOverdue(
                    logger, settings.Name, worker, record.TopicPartition.Topic, record.TopicPartition.Partition.Value, record.Offset, record.Attempt, record.Age, Thread, _limit);
                continue;
            }

            stuck ??= record;
            Log.HandlerStuck(
                logger, settings.Name, worker, record.TopicPartition.Topic, record.TopicPartition.Partition.Value, record.Offset, record.Attempt, record.Age, Thread,
                settings.Options.WhenHandlerStuck);
        }

        if (stuck is not null)
        {
            Act(stuck);
        }
    }

    private void Act(OverdueRecord stuck)
    {
        switch (settings.Options.WhenHandlerStuck)
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

    private string Thread => settings.Options.MaxConcurrency == 1 ? "the worker's handler thread" : "the thread pool";
}

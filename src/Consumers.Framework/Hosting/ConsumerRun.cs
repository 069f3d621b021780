using Consumers.Framework.Clients;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Leases;
using Consumers.Framework.Positions;

namespace Consumers.Framework.Hosting;

/// <summary>The workers of a consumer from one start to the stop that follows. Any thread; a lock guards the stop.</summary>
internal sealed class ConsumerRun(ConsumerRuntime runtime, IReadOnlyList<ConsumerWorker> workers)
{
    /// <summary>What threads may need beyond the budgets to come round.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Task<string?> _completion = CompleteAsync(runtime, workers);
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? _deadline;
    private SurplusWatch? _surplus;
    private TopicWatch? _topics;
    private TimeSpan _budget;
    private long _stopBegunAt;
    private bool _isStarted;
    private bool _isGivenUp;
    private Task? _stopped;

    /// <summary>Whether the workers are there, or on their way out.</summary>
    public bool IsActive
    {
        get
        {
            lock (_gate)
            {
                return _isStarted && _stopped is not { IsCompleted: true } && _completion is not { IsCompletedSuccessfully: true, Result: null };
            }
        }
    }

    /// <summary>Whether a stop has begun and is not over.</summary>
    public bool IsStopping
    {
        get
        {
            lock (_gate)
            {
                return _stopped is { IsCompleted: false };
            }
        }
    }

    /// <summary>Ends when every worker has had an assignment.</summary>
    public Task Assigned => Task.WhenAll(workers.Select(static worker => worker.Assigned));

    /// <summary>The leases of all workers.</summary>
    public IEnumerable<PartitionLease> Leases => workers.SelectMany(static worker => worker.Leases);

    /// <summary>
    /// Ends when every worker has read up to the end, with null, or when one has failed and will not start again, with the reason; never when
    /// they were stopped before.
    /// </summary>
    public Task<string?> Completion => _completion;

    /// <summary>Ends when a later run has taken this one's place.</summary>
    public Task Replaced => _replaced.Task;

    public IReadOnlyList<WorkerSnapshot> GetSnapshots() => [.. workers.Select(static worker => worker.GetSnapshot())];

    public void Start()
    {
        lock (_gate)
        {
            _isStarted = true;

            // The context of whoever starts them (a span, a log scope) is not that of their listeners, nor of what the timers of the watches do.
            using AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();

            // First: it asks for the ids at once, and the first assignment is to find them known.
            _topics = runtime.Settings.Options.TopicCheckInterval > TimeSpan.Zero
                ? new TopicWatch(
                    runtime.Settings, runtime.TopicIds, runtime.Topics, () => Leases, MadeAnew, runtime.Time, runtime.Logger)
                : null;
            foreach (var worker in workers)
            {
                worker.Start();
            }

            // Explicit partitions are dealt out, and never to more workers than there are.
            _surplus = runtime.Settings.Options.Partitions.Count == 0 ? new SurplusWatch(runtime, workers) : null;
        }

        _ = EndWatchesWhenDoneAsync();
    }

    public void ReplacedBy() => _replaced.TrySetResult();

    /// <summary>Begins the stop, unless it has begun already.</summary>
    /// <returns>Ends when all workers have, or when they have used up their budget.</returns>
    public Task StopAsync()
    {
        lock (_gate)
        {
            return !_isStarted ? Task.CompletedTask : _stopped ??= StopWorkersAsync();
        }
    }

    /// <summary>Ends the drain now. What has been handled is still committed, and the clients are closed, within the budgets of those.</summary>
    public void GiveUp()
    {
        lock (_gate)
        {
            if (_deadline is null || _isGivenUp)
            {
                return;
            }

            _isGivenUp = true;
            foreach (var worker in workers)
            {
                worker.GiveUp();
            }

            var elapsed = runtime.Time.GetElapsedTime(_stopBegunAt);
            var withoutDrain = elapsed + runtime.CommitAndCloseTimeout;
            if (withoutDrain < _budget)
            {
                _budget = withoutDrain;
                _deadline.CancelAfter(runtime.CommitAndCloseTimeout + Slack);
            }
        }
    }

    private static async Task<string?> CompleteAsync(ConsumerRuntime runtime, IReadOnlyList<ConsumerWorker> workers)
    {
        var open = workers.Select(static worker => worker.Completion).ToList();
        while (open.Count > 0)
        {
            var ended = await Task.WhenAny(open).ConfigureAwait(false);
            if (await ended.ConfigureAwait(false) is { } failure)
            {
                return failure;
            }

            open.Remove(ended);
        }

        Log.ConsumerCompleted(runtime.Logger, runtime.Settings.Name, runtime.Settings.Options.Until!);
        return null;
    }

    /// <summary>The lease is one worker's; the others do not know it.</summary>
    private void MadeAnew(PartitionLease lease, string topicId)
    {
        foreach (var worker in workers)
        {
            worker.MadeAnew(lease, topicId);
        }
    }

    private async Task EndWatchesWhenDoneAsync()
    {
        await _completion.ConfigureAwait(false);
        EndWatches();
    }

    private void EndWatches()
    {
        _surplus?.Dispose();
        _topics?.Dispose();
    }

    private async Task StopWorkersAsync()
    {
        EndWatches();
        _stopBegunAt = runtime.Time.GetTimestamp();
        _budget = runtime.Settings.Options.Rebalance.DrainTimeout + runtime.CommitAndCloseTimeout;
        _deadline = new CancellationTokenSource(_budget + Slack, runtime.Time);
        foreach (var worker in workers)
        {
            worker.RequestStop();
        }

        await Task.WhenAll(workers.Select(static worker => worker.EndedOrCloseGivenUp())).WaitAsync(_deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _deadline.Dispose();
            _deadline = null;
        }

        foreach (var worker in workers)
        {
            if (!worker.Ended.IsCompleted)
            {
                Log.WorkerAbandoned(runtime.Logger, runtime.Settings.Name, worker.Index, _budget);
            }
        }

        Log.ConsumerStopped(runtime.Logger, runtime.Settings.Name);
    }
}

using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Hosting;

/// <summary>One consumer with its workers. Any thread; a lock guards start and stop.</summary>
internal sealed class KafkaConsumer(ConsumerRuntime runtime) : IKafkaConsumer
{
    /// <summary>What threads may need beyond the budgets to come round.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(500);

    private readonly object _gate = new();
    private ConsumerWorker[] _workers = [];
    private long _handledBefore;
    private bool _isRunning;

    public string Name => runtime.Settings.Name;

    /// <summary>How long a stop may take: drain, final commit and close.</summary>
    public TimeSpan StopBudget =>
        runtime.Settings.Options.Rebalance.DrainTimeout + runtime.Settings.Options.Commit.FinalTimeout + runtime.Settings.Options.Shutdown.CloseTimeout;

    public ConsumerSettings Settings => runtime.Settings;

    public void Start()
    {
        lock (_gate)
        {
            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
            _handledBefore += _workers.Sum(static worker => worker.GetSnapshot().Handled);
            var departure = new Departure(runtime.Settings.Options.Workers, runtime.Time);
            _workers = [.. Enumerable.Range(0, runtime.Settings.Options.Workers).Select(index => new ConsumerWorker(runtime, index, PartitionsOf(index), departure))];
            Array.ForEach(_workers, static worker => worker.Start());
        }

        Log.ConsumerStarted(runtime.Logger, Name, runtime.Settings.Options.Workers);
    }

    /// <summary>Begins the drain of all workers; does not wait.</summary>
    public void RequestStop() => Array.ForEach(_workers, static worker => worker.RequestStop());

    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        var workers = _workers;
        RequestStop();
        using var giveUp = cancellationToken.Register(() => Array.ForEach(workers, static worker => worker.GiveUp()));
        var ended = Task.WhenAll(workers.Select(static worker => worker.EndedOrCloseGivenUp()));
        await Task.WhenAny(ended, Task.Delay(StopBudget + Slack, runtime.Time, cancellationToken)).ConfigureAwait(false);
        lock (_gate)
        {
            if (!_isRunning)
            {
                return;
            }

            _isRunning = false;
        }

        for (var index = 0; index < workers.Length; index++)
        {
            if (!workers[index].Ended.IsCompleted)
            {
                Log.WorkerAbandoned(runtime.Logger, Name, index, StopBudget);
            }
        }

        Log.ConsumerStopped(runtime.Logger, Name);
    }

    public void Pause() => runtime.IsPaused = true;

    public void Resume() => runtime.IsPaused = false;

    public Task WaitForAssignmentAsync(CancellationToken cancellationToken = default) =>
        Task.WhenAll(_workers.Select(static worker => worker.Assigned)).WaitAsync(cancellationToken);

    public ConsumerSnapshot GetSnapshot()
    {
        var workers = _workers;
        return new ConsumerSnapshot
        {
            Name = Name,
            GroupId = runtime.Settings.Options.GroupId,
            Topics = [.. runtime.Settings.Options.Topics.Concat(runtime.Settings.Options.Partitions.Keys)],
            Paused = runtime.IsPaused,
            Workers = [.. workers.Select(static worker => worker.GetSnapshot())],
        };
    }

    /// <summary>Deals explicit partitions out to the workers; null for a subscription.</summary>
    private List<TopicPartition>? PartitionsOf(int worker)
    {
        var all = runtime.Settings.Options.Partitions
            .OrderBy(static topic => topic.Key, StringComparer.Ordinal)
            .SelectMany(static topic => topic.Value.Select(partition => new TopicPartition(topic.Key, partition)))
            .ToList();
        return all.Count == 0 ? null : [.. all.Where((_, index) => index % runtime.Settings.Options.Workers == worker)];
    }
}

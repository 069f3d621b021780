using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Leases;

namespace Consumers.Framework.Hosting;

/// <summary>One consumer with its workers. Any thread; a lock guards the start.</summary>
internal sealed class KafkaConsumer : IKafkaConsumer
{
    private readonly ConsumerRuntime _runtime;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ConsumerRun _run;
    private bool _isClosed;

    public KafkaConsumer(ConsumerRuntime runtime)
    {
        _runtime = runtime;
        _run = CreateRun(handledBefore: null);
    }

    public string Name => _runtime.Settings.Name;

    /// <summary>Whether the host stops when it is done.</summary>
    public bool StopsHost => _runtime.Settings.Options.UntilReached == CompletionPolicy.StopHost;

    /// <summary>Whether its workers are there, or on their way out.</summary>
    public bool IsActive => _run.IsActive;

    /// <summary>Whether the code that runs now is a handler or rebalance listener of the consumer.</summary>
    public bool IsOwnCode => _runtime.OwnCode.Caller is not null;

    public void Start()
    {
        lock (_gate)
        {
            var last = _run;
            if (last.IsStopping && !_isClosed)
            {
                throw new InvalidOperationException(_runtime.OwnCode.Caller is { } caller
                    ? $"Consumer '{Name}' is stopping, and waits for the {caller.Kind} that starts it again; start it outside of the consumer's own code."
                    : $"Consumer '{Name}' is stopping; await StopAsync before it is started again.");
            }

            if (last.IsActive || _isClosed)
            {
                return;
            }

            // Seen by others only once it runs: whoever stops it then stops all of its workers.
            var run = CreateRun(last.GetSnapshots());
            run.Start();
            _run = run;
            last.ReplacedBy();
        }

        Log.ConsumerStarted(_runtime.Logger, Name, _runtime.Settings.Options.Workers);
    }

    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        var caller = _runtime.OwnCode.Caller;
        var run = _run;
        var stopped = run.StopAsync();
        using var givenUp = cancellationToken.Register(run.GiveUp);
        if (caller is null)
        {
            await stopped.ConfigureAwait(false);
            return;
        }

        // A handler that waited for the stop would be waited for by it: both until the drain timeout, and then its record would be repeated.
        caller.BeginStop();
    }

    /// <summary>The host stops: the drain begins and is not waited for; a start from now on does nothing.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        _closed.TrySetResult();
        _ = _run.StopAsync();
    }

    public void Pause() => _runtime.IsPaused = true;

    public void Resume() => _runtime.IsPaused = false;

    public async Task WaitForAssignmentAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfOwnCode("its assignment");
        while (true)
        {
            // A run that was stopped is assigned nothing any more: its successor counts.
            var run = _run;
            var assigned = run.Assigned;
            await Task.WhenAny(assigned, run.Replaced).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (assigned.IsCompleted)
            {
                return;
            }
        }
    }

    public Task WaitForCatchUpAsync(CancellationToken cancellationToken = default) => CatchUpAsync(record: null, cancellationToken);

    public Task WaitForCatchUpAsync(TopicPartitionOffset record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Offset.Value < 0 || record.Partition.Value < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(record), record, "It needs the partition and the offset of one record.");
        }

        var settings = IdleSnapshot.Of(_runtime.Settings);
        return settings.TopicPattern is not null || settings.Topics.Contains(record.Topic)
            ? CatchUpAsync(record, cancellationToken)
            : throw new ArgumentException($"Consumer '{Name}' does not consume the topic '{record.Topic}'; it consumes {string.Join(", ", settings.Topics)}.", nameof(record));
    }

    public async Task WaitForCompletionAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfOwnCode("its completion");
        while (true)
        {
            // A run that was stopped before it was done never is: its successor counts.
            var run = _run;
            await Task.WhenAny(run.Completion, run.Replaced, _closed.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (run.Completion.IsCompleted)
            {
                if (await run.Completion.ConfigureAwait(false) is { } failure)
                {
                    throw new InvalidOperationException($"Consumer '{Name}' has failed before it was done: {failure}");
                }

                return;
            }

            if (_closed.Task.IsCompleted)
            {
                throw new OperationCanceledException($"The host stops, and consumer '{Name}' is not done.");
            }
        }
    }

    public ConsumerSnapshot GetSnapshot()
    {
        var workers = _run.GetSnapshots();
        var idle = IdleSnapshot.Of(_runtime.Settings);
        return idle with
        {
            Topics = idle.TopicPattern is null ? idle.Topics : TopicsOf(workers),
            Paused = _runtime.IsPaused,
            Skipped = _runtime.Failures.Skips.GetSnapshot(),
            Workers = workers,
        };
    }

    private async Task CatchUpAsync(TopicPartitionOffset? record, CancellationToken cancellationToken)
    {
        ThrowIfOwnCode("it to catch up");
        await new CatchUpWait(_runtime, () => _run, () => _closed.Task.IsCompleted, record).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private void ThrowIfOwnCode(string what)
    {
        if (_runtime.OwnCode.Caller is { } caller)
        {
            throw new InvalidOperationException(
                $"A {caller.Kind} of consumer '{Name}' waits for {what}, which may have to wait for that {caller.Kind}; wait for it outside of the consumer's own code.");
        }
    }

    private static List<string> TopicsOf(IReadOnlyList<WorkerSnapshot> workers) =>
        [.. workers.SelectMany(static worker => worker.Partitions).Select(static partition => partition.TopicPartition.Topic).Distinct().Order(StringComparer.Ordinal)];

    private ConsumerRun CreateRun(IReadOnlyList<WorkerSnapshot>? handledBefore)
    {
        var departure = new Departure(_runtime.Settings.Options.Workers, _runtime.Time);
        return new ConsumerRun(
            _runtime,
            [.. Enumerable.Range(0, _runtime.Settings.Options.Workers)
                .Select(index => new ConsumerWorker(_runtime, index, PartitionsOf(index), departure, handledBefore?[index].Handled ?? 0))]);
    }

    /// <summary>Deals explicit partitions out to the workers; null for a subscription.</summary>
    private ExplicitPartitions? PartitionsOf(int worker)
    {
        var all = _runtime.Settings.Options.Partitions
            .OrderBy(static topic => topic.Key, StringComparer.Ordinal)
            .SelectMany(static topic => topic.Value.Select(partition => new TopicPartition(topic.Key, partition)))
            .ToList();
        return all.Count == 0 ? null : new ExplicitPartitions(
            [.. all.Where((_, index) => index % _runtime.Settings.Options.Workers == worker)], isBounded: _runtime.Settings.Options.Until is not null);
    }
}

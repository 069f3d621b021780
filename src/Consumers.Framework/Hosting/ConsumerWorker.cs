using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Leases;

namespace Consumers.Framework.Hosting;

/// <summary>
/// One poll thread with one client. A client that fails is replaced after a delay, or ends the host, by policy; there is no silent end.
/// Started and stopped by its consumer; the snapshot may be read from any thread.
/// </summary>
internal sealed class ConsumerWorker(
    ConsumerRuntime runtime, int index, ExplicitPartitions? partitions, Departure departure, long handledBefore)
{
    private static readonly TimeSpan FirstRestartDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRestartDelay = TimeSpan.FromMinutes(1);

    private readonly WorkerStatus _status = new(runtime.Time);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _leaving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Client _client = new(null, handledBefore);
    private bool _isReadyToLeave;

    public int Index => index;

    public WorkerState State => _status.State;

    /// <summary>The leases of its client of now.</summary>
    public IReadOnlyList<PartitionLease> Leases => _client.Pipeline?.Leases.All ?? [];

    /// <summary>Ends when the thread has closed or given up its client.</summary>
    public Task Ended => _ended.Task;

    /// <summary>
    /// Ends when everything up to the end is read, with null, or when the worker has failed and will not start again, with the reason; never
    /// when it was stopped before.
    /// </summary>
    public Task<string?> Completion => _completion.Task;

    /// <summary>Ends when the thread has ended, or has closed its client for longer than it may.</summary>
    public async Task EndedOrCloseGivenUp()
    {
        await _leaving.Task.ConfigureAwait(false);
        await Task.WhenAny(Ended, Task.Delay(runtime.Settings.Options.Shutdown.CloseTimeout, runtime.Time)).ConfigureAwait(false);
    }

    /// <summary>Ends at the first assignment of the client of now; a new task for each client.</summary>
    public Task Assigned => _status.Assigned;

    public void Start()
    {
        _status.Set(WorkerState.Starting);
        new Thread(Run) { IsBackground = true, Name = $"{runtime.Settings.Name}/{index} poll" }.Start();
    }

    /// <summary>The topic of a lease was deleted and created again.</summary>
    public void MadeAnew(PartitionLease lease, string topicId) => _client.Pipeline?.Resets.MadeAnew(lease, topicId);

    /// <summary>Begins the drain; <see cref="Ended"/> tells when it is over.</summary>
    public void RequestStop() => _stop.Cancel();

    /// <summary>There is no more time: a drain under way ends now.</summary>
    public void GiveUp() => _client.Pipeline?.Rebalances.GiveUp();

    public WorkerSnapshot GetSnapshot()
    {
        var client = _client;
        var pipeline = client.Pipeline;
        var state = _status.State;
        return new WorkerSnapshot
        {
            Index = index,
            State = state,
            GroupInstanceId = runtime.Settings.WorkerClients[index].GetValueOrDefault("group.instance.id"),
            SincePoll = state is WorkerState.Stopped or WorkerState.Restarting or WorkerState.Fenced or WorkerState.Completed ? TimeSpan.Zero : _status.SincePoll,
            Failure = _status.Failure,
            ClientError = _status.ClientError,
            CommitsFailingFor = pipeline?.Committer.FailingFor,
            CommitError = pipeline?.Committer.LastError,
            Handled = client.Handled,
            Partitions = pipeline is null ? [] : [.. pipeline.Leases.All
                .Select(static lease => lease.GetSnapshot())
                .OrderBy(static partition => partition.TopicPartition.Topic, StringComparer.Ordinal)
                .ThenBy(static partition => partition.TopicPartition.Partition.Value)],
        };
    }

    private void Run()
    {
        var delay = FirstRestartDelay;
        var isDone = false;
        while (!isDone && !_stop.IsCancellationRequested)
        {
            var startedAt = runtime.Time.GetTimestamp();
            try
            {
                isDone = RunClient();
            }
            catch (Exception exception)
            {
                if (runtime.Time.GetElapsedTime(startedAt) > LongestRestartDelay)
                {
                    delay = FirstRestartDelay;
                }

                if (!OnFailed(exception, ref delay))
                {
                    break;
                }
            }
        }

        ReadyToLeave();
        if (_status.State != WorkerState.Failed)
        {
            _status.Set(isDone ? WorkerState.Completed : WorkerState.Stopped);
        }

        _leaving.TrySetResult();
        _ended.TrySetResult();
        if (isDone)
        {
            _completion.TrySetResult(null);
        }
    }

    private void LeaveTogether()
    {
        ReadyToLeave();
        if (partitions is null)
        {
            departure.WaitForOthers();
        }

        _leaving.TrySetResult();
    }

    private void ReadyToLeave()
    {
        if (!_isReadyToLeave)
        {
            _isReadyToLeave = true;
            departure.Ready();
        }
    }

    /// <returns>Whether everything is read up to the end.</returns>
    private bool RunClient()
    {
        _status.Set(WorkerState.Starting);
        using var pipeline = new WorkerPipeline(runtime, index, partitions, _status);
        _client = new Client(pipeline, _client.Handled);
        try
        {
            return pipeline.Loop.Run(LeaveTogether, _stop.Token);
        }
        finally
        {
            _client = new Client(null, _client.Handled);
        }
    }

    /// <returns>False when the worker does not start again.</returns>
    private bool OnFailed(Exception exception, ref TimeSpan delay)
    {
        if (_stop.IsCancellationRequested)
        {
            Log.WorkerFailedAtStop(runtime.Logger, exception, runtime.Settings.Name, index);
            return false;
        }

        if (exception is HandlerStuckException)
        {
            // Not by WhenWorkerFails: WhenHandlerStuck has decided already. The delay keeps a handler that hangs on every attempt from costing a thread each time.
            Log.WorkerReplaced(runtime.Logger, runtime.Settings.Name, index, ExceptionText.MessageOf(exception), delay);
            _status.Set(WorkerState.Restarting, ExceptionText.MessageOf(exception));
            Wait(delay, ref delay);
            return true;
        }

        var isFenced = exception is ClientFailedException { IsFenced: true };
        if (runtime.Settings.Options.WhenWorkerFails == WorkerFailurePolicy.StopHost)
        {
            Log.WorkerStopsHost(runtime.Logger, exception, runtime.Settings.Name, index);
            _status.Set(WorkerState.Failed, ExceptionText.MessageOf(exception));

            // Before the host stops: whoever waits learns why.
            _completion.TrySetResult(ExceptionText.MessageOf(exception));
            runtime.HostStopper.Stop();
            return false;
        }

        // Coming back at once would fence the member that took over, and it us.
        var wait = isFenced ? LongestRestartDelay : delay;
        Log.WorkerFailed(runtime.Logger, exception, runtime.Settings.Name, index, wait);
        _status.Set(
            isFenced ? WorkerState.Fenced : WorkerState.Restarting,
            isFenced
                ? $"another member has taken the instance id '{runtime.Settings.WorkerClients[index].GetValueOrDefault("group.instance.id")}': {ExceptionText.MessageOf(exception)}"
                : ExceptionText.MessageOf(exception));
        Wait(wait, ref delay);
        return true;
    }

    /// <summary>Waits, or until the stop, and doubles the delay of the next time.</summary>
    private void Wait(TimeSpan wait, ref TimeSpan delay)
    {
        using var elapsed = new CancellationTokenSource(wait, runtime.Time);
        WaitHandle.WaitAny([_stop.Token.WaitHandle, elapsed.Token.WaitHandle]);
        delay = delay * 2 < LongestRestartDelay ? delay * 2 : LongestRestartDelay;
    }

    /// <summary>
    /// The client of now (none between two), and what the worker had handled before it. They are replaced together, so that no record is
    /// counted twice or left out.
    /// </summary>
    private sealed record Client(WorkerPipeline? Pipeline, long HandledBefore)
    {
        public long Handled => HandledBefore + (Pipeline?.Leases.Handled ?? 0);
    }
}

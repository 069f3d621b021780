using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Polling;

namespace Consumers.Framework.Hosting;

/// <summary>
/// One poll thread with one client. A client that fails is replaced after a delay, or ends the host, by policy; there is no silent end.
/// Started and stopped by its consumer; the snapshot may be read from any thread.
/// </summary>
internal sealed class ConsumerWorker(
    ConsumerRuntime runtime, int index, IReadOnlyCollection<TopicPartition>? partitions, Departure departure)
{
    private static readonly TimeSpan FirstRestartDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRestartDelay = TimeSpan.FromMinutes(1);

    private readonly WorkerStatus _status = new(runtime.Time);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _leaving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ConsumerPipeline? _pipeline;
    private bool _isReadyToLeave;
    private long _handledBefore;

    /// <summary>Ends when the thread has closed or given up its client.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Ends when the thread has ended, or has closed its client for longer than it may.</summary>
    public async Task EndedOrCloseGivenUp()
    {
        await _leaving.Task.ConfigureAwait(false);
        await Task.WhenAny(Ended, Task.Delay(runtime.Settings.Options.Shutdown.CloseTimeout, runtime.Time)).ConfigureAwait(false);
    }

    /// <summary>Ends at the worker's first assignment.</summary>
    public Task Assigned => _status.Assigned;

    public void Start()
    {
        _status.Set(WorkerState.Starting);
        new Thread(Run) { IsBackground = true, Name = $"{runtime.Settings.Name}/{index} poll" }.Start();
    }

    /// <summary>Begins the drain; <see cref="Ended"/> tells when it is over.</summary>
    public void RequestStop() => _stop.Cancel();

    /// <summary>There is no more time: a drain under way ends now.</summary>
    public void GiveUp() => _pipeline?.Rebalances.GiveUp();

    public WorkerSnapshot GetSnapshot()
    {
        var pipeline = _pipeline;
        return new WorkerSnapshot
        {
            Index = index,
            State = _status.State,
            GroupInstanceId = runtime.Settings.WorkerClients[index].GetValueOrDefault("group.instance.id"),
            SincePoll = _status.State is WorkerState.Stopped or WorkerState.Restarting or WorkerState.Fenced ? TimeSpan.Zero : _status.SincePoll,
            Failure = _status.Failure,
            ClientError = _status.ClientError,
            CommitsFailingFor = pipeline?.Committer.FailingFor,
            CommitError = pipeline?.Committer.LastError,
            Handled = Interlocked.Read(ref _handledBefore) + (pipeline?.Leases.Handled ?? 0),
            Partitions = pipeline is null ? [] : [.. pipeline.Leases.All
                .Select(static lease => lease.GetSnapshot())
                .OrderBy(static partition => partition.TopicPartition.Topic, StringComparer.Ordinal)
                .ThenBy(static partition => partition.TopicPartition.Partition.Value)],
        };
    }

    private void Run()
    {
        var delay = FirstRestartDelay;
        while (!_stop.IsCancellationRequested)
        {
            var startedAt = runtime.Time.GetTimestamp();
            try
            {
                RunClient();
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
            _status.Set(WorkerState.Stopped);
        }

        _leaving.TrySetResult();
        _ended.TrySetResult();
    }

    private void LeaveTogether()
    {
        ReadyToLeave();
        departure.WaitForOthers();
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

    private void RunClient()
    {
        _status.Set(WorkerState.Starting);
        using var pipeline = new ConsumerPipeline(runtime, index, _status);
        _pipeline = pipeline;
        try
        {
            pipeline.Loop.Run(partitions, LeaveTogether, _stop.Token);
        }
        finally
        {
            _pipeline = null;
            Interlocked.Add(ref _handledBefore, pipeline.Leases.Handled);
        }
    }

    /// <returns>False when the worker does not start again.</returns>
    private bool OnFailed(Exception exception, ref TimeSpan delay)
    {
        var isFenced = exception is ClientFailedException { IsFenced: true };
        if (runtime.Settings.Options.WhenWorkerFails == WorkerFailurePolicy.StopHost)
        {
            Log.WorkerStopsHost(runtime.Logger, exception, runtime.Settings.Name, index);
            _status.Set(WorkerState.Failed, exception.Message);
            runtime.HostStopper.Stop();
            return false;
        }

        if (isFenced)
        {
            // Coming back at once would fence the member that took over, and it us.
            delay = LongestRestartDelay;
        }

        Log.WorkerFailed(runtime.Logger, exception, runtime.Settings.Name, index, delay);
        _status.Set(
            isFenced ? WorkerState.Fenced : WorkerState.Restarting,
            isFenced
                ? $"another member has taken the instance id '{runtime.Settings.WorkerClients[index].GetValueOrDefault("group.instance.id")}': {exception.Message}"
                : exception.Message);
        using var elapsed = new CancellationTokenSource(delay, runtime.Time);
        WaitHandle.WaitAny([_stop.Token.WaitHandle, elapsed.Token.WaitHandle]);
        delay = delay * 2 < LongestRestartDelay ? delay * 2 : LongestRestartDelay;
        return true;
    }
}

using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;
using Consumers.Framework.Listeners;

namespace Consumers.Framework.Positions;

/// <summary>Notices when a worker has caught up with its partitions, and when nothing comes any more. Poll thread only.</summary>
internal sealed class WorkerProgress(WorkerScope scope, LeaseTable leases, ListenerCalls<IKafkaProgressListener> listeners)
{
    /// <summary>A look takes the lock of each partition that is behind, or idle, so not every poll looks.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly TimeSpan _idleAfter = scope.Options.IdleAfter ?? TimeSpan.MaxValue;
    private readonly List<PartitionLease> _behind = [];
    private bool _isBehind;
    private bool _isIdle;
    private bool _isActive;
    private long _lookedAt;
    private long _activeAt;

    /// <summary>Partitions were assigned.</summary>
    /// <param name="count">How many.</param>
    public void Assigned(int count)
    {
        _isActive = true;
        if (count > 0 || leases.All.Count == 0)
        {
            _isBehind = true;
        }
    }

    /// <summary>Records came.</summary>
    public void Received() => _isActive = true;

    /// <summary>After a poll.</summary>
    public void Look()
    {
        var now = scope.Time.GetTimestamp();
        if (scope.Time.GetElapsedTime(_lookedAt, now) < Interval)
        {
            return;
        }

        _lookedAt = now;
        if (_isBehind && HasCaughtUp())
        {
            CaughtUp();
        }

        if (_idleAfter != TimeSpan.MaxValue)
        {
            LookForIdleness(now);
        }
    }

    /// <summary>Asks no more partitions than up to the first that is behind.</summary>
    private bool HasCaughtUp()
    {
        if (_behind.Count == 0)
        {
            _behind.AddRange(leases.All);
        }

        for (var index = _behind.Count - 1; index >= 0; index--)
        {
            if (_behind[index] is { State: not LeaseState.Closed, CatchUp.IsDone: false })
            {
                return false;
            }

            _behind.RemoveAt(index);
        }

        // Some may have been assigned, or opened anew, since the list was made.
        return IndexOf(static lease => !lease.CatchUp.IsDone) < 0;
    }

    private void CaughtUp()
    {
        _isBehind = false;
        if (leases.All.Count > 0)
        {
            Log.CaughtUp(scope.Logger, scope.Consumer, scope.Index, leases.All.Count, new PartitionNames([.. leases.All.Select(static lease => lease.TopicPartition)]));
            Call(nameof(IKafkaProgressListener.OnCaughtUpAsync), TimeSpan.Zero, static (listener, context, token) => listener.OnCaughtUpAsync(context, token));
        }
    }

    private void LookForIdleness(long now)
    {
        if (_isActive || leases.All.Count == 0 || IndexOf(static lease => !lease.IsIdle || (lease.Assigned.Paused & PauseReason.Command) != 0) >= 0)
        {
            _isActive = false;
            _isIdle = false;
            _activeAt = now;
            return;
        }

        var idleFor = scope.Time.GetElapsedTime(_activeAt, now);
        if (!_isIdle && idleFor >= _idleAfter)
        {
            _isIdle = true;
            Log.Idle(scope.Logger, scope.Consumer, scope.Index, idleFor);
            Call(nameof(IKafkaProgressListener.OnIdleAsync), idleFor, static (listener, context, token) => listener.OnIdleAsync(context, token));
        }
    }

    /// <summary>Ten times a second, so without an enumerator.</summary>
    private int IndexOf(Predicate<PartitionLease> condition)
    {
        var all = leases.All;
        for (var index = 0; index < all.Count; index++)
        {
            if (condition(all[index]))
            {
                return index;
            }
        }

        return -1;
    }

    private void Call(string method, TimeSpan idleFor, Func<IKafkaProgressListener, ProgressContext, CancellationToken, ValueTask> call)
    {
        if (listeners.Any)
        {
            var context = new ProgressContext(scope.Consumer, scope.Index, [.. leases.All.Select(static lease => lease.TopicPartition)], idleFor);
            listeners.Call(method, (listener, token) => call(listener, context, token), scope.Options.Rebalance.ListenerTimeout);
        }
    }
}

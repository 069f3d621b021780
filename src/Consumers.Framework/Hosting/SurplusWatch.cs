using Consumers.Framework.Diagnostics;
using Consumers.Framework.Leases;

namespace Consumers.Framework.Hosting;

/// <summary>
/// Says that workers stand by because the group has more members than partitions; once, for it is no fault. During a rebalance a worker
/// owns nothing for a moment too, so only what two looks in a row find alike counts. Timer's thread.
/// </summary>
internal sealed class SurplusWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ConsumerRuntime _runtime;
    private readonly IReadOnlyList<ConsumerWorker> _workers;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private int _seen;
    private int _said;

    public SurplusWatch(ConsumerRuntime runtime, IReadOnlyList<ConsumerWorker> workers)
    {
        _runtime = runtime;
        _workers = workers;
        _timer = runtime.Time.CreateTimer(static watch => ((SurplusWatch)watch!).Look(), this, Interval, Interval);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        // A timer that is late calls a second time beside the first.
        lock (_gate)
        {
            var surplus = CountSurplus();
            if (surplus == _seen && surplus != _said)
            {
                _said = surplus;
                if (surplus > 0)
                {
                    Say(surplus);
                }
            }

            _seen = surplus;
        }
    }

    /// <summary>While a worker is starting, draining or fenced, what the others own is not what they will own.</summary>
    private int CountSurplus()
    {
        var surplus = 0;
        foreach (var worker in _workers)
        {
            switch (worker.State)
            {
                case WorkerState.Standby:
                    surplus++;
                    break;
                case WorkerState.Running:
                    break;
                default:
                    return 0;
            }
        }

        return surplus;
    }

    private void Say(int surplus)
    {
        var owned = _workers.SelectMany(static worker => worker.Leases).ToList();
        Log.SurplusWorkers(
            _runtime.Logger, _runtime.Settings.Name, surplus, _workers.Count, _runtime.Settings.Options.GroupId,
            string.Join(", ", _runtime.Settings.Subscription), owned.Count, new PartitionNames([.. owned.Select(static lease => lease.TopicPartition)]));
    }
}

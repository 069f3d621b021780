using Consumers.Framework.Committing;

namespace Consumers.Framework.Hosting;

/// <summary>
/// Lets the workers of a stopping consumer leave their group together. The first to leave starts a rebalance, and a commit that another
/// one sends meanwhile waits until every member of the group has joined again. Any thread.
/// </summary>
internal sealed class Departure(int workers, TimeProvider time)
{
    /// <summary>A worker whose handlers take longer does not keep the partitions of the others from their next owners.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly DrainSignal _changed = new(time);
    private int _committing = workers;

    /// <summary>A worker has committed for the last time.</summary>
    public void Ready()
    {
        Interlocked.Decrement(ref _committing);
        _changed.Pulse();
    }

    /// <summary>Waits until all are ready, or the patience is over.</summary>
    public void WaitForOthers() => _changed.Wait(() => Volatile.Read(ref _committing) <= 0, Patience);
}

using Consumers.Framework.Committing;

namespace Consumers.Framework.Leases;

/// <summary>What becomes of a partition that comes back while a handler of its last lease is still running.</summary>
/// <remarks>
/// Such a handler ignored its token past the drain, or its partition was lost. Its record is the first that the new lease receives, so
/// without a wait the process would run two handlers for one offset at once. The old lease and the new one may belong to two workers.
/// T1 (the poll thread) opens the new lease; T2 (a handler) returns from the old one. Either T1 enters itself as the successor first, and
/// T2 finds it when it leaves, or T2 has ended the old lease before, and T1 is told so and does not wait. The locks of two leases are
/// never held together.
/// </remarks>
internal sealed partial class PartitionLease
{
    private volatile PartitionLease? _predecessor;
    private PartitionLease? _successor;

    private bool HasEndedLocked => State == LeaseState.Closed && Lanes.InFlight == 0 && _predecessor is null;

    /// <summary>Poll thread, before the lease is known to others: nothing of it starts before the last handler of the earlier one has returned.</summary>
    /// <returns>Whether there is something to wait for.</returns>
    public bool Follow(PartitionLease earlier)
    {
        _predecessor = earlier;
        Lanes.HoldBack();
        if (earlier.TryPrecede(this))
        {
            return true;
        }

        _predecessor = null;
        Lanes.GoOn();
        return false;
    }

    private bool TryPrecede(PartitionLease successor)
    {
        lock (_lock)
        {
            if (HasEndedLocked)
            {
                return false;
            }

            _successor = successor;
            return true;
        }
    }

    private void LeaveIfEnded()
    {
        PartitionLease? successor;
        lock (_lock)
        {
            if (!HasEndedLocked)
            {
                return;
            }

            successor = _successor;
            _successor = null;
        }

        _environment.Holders.Leave(this);
        successor?.OnPredecessorEnded();
    }

    private void OnPredecessorEnded()
    {
        lock (_lock)
        {
            _predecessor = null;
            Lanes.GoOn();
        }

        PulseIfDrained();
    }
}

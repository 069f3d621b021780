using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Dispatching;

namespace Consumers.Framework.Leases;

/// <summary>How much of one partition may be in memory. Shares the lock of the partition; what does not say otherwise takes it.</summary>
/// <param name="partitionLock">The lock of the partition.</param>
/// <param name="lanes">What is in memory.</param>
/// <param name="commits">What may hold fetching too.</param>
/// <param name="options">The bound.</param>
/// <param name="wakePoll">Ends the poll that waits. Called under the lock.</param>
/// <param name="spaceFreed">Set when there is space that was waited for.</param>
internal sealed class BufferBound(
    object partitionLock, PartitionLanes lanes, PartitionCommits commits, BufferOptions options, Action wakePoll, AutoResetEvent spaceFreed)
{
    private bool _spaceWanted;
    private bool _lowWanted;

    /// <summary>Whether no more should be received.</summary>
    public bool IsFull
    {
        get
        {
            lock (partitionLock)
            {
                lanes.Collect();
                return lanes.Queued >= options.MaxRecords || lanes.HeldBytes >= options.MaxBytes || commits.Strategy.HoldsFetching;
            }
        }
    }

    /// <summary>Whether a paused partition should be fetched again: a quarter of the buffer is left. The wide gap keeps pauses rare.</summary>
    public bool IsLow
    {
        get
        {
            lock (partitionLock)
            {
                lanes.Collect();
                return IsLowLocked;
            }
        }
    }

    private bool IsLowLocked =>
        lanes.Queued <= options.MaxRecords / 4 && lanes.HeldBytes <= options.MaxBytes / 4 && !commits.Strategy.HoldsFetching;

    /// <summary>Poll thread: the lanes may free up within milliseconds; signal when half of the buffer is free.</summary>
    /// <returns>False when there is space already.</returns>
    public bool WantSpace()
    {
        lock (partitionLock)
        {
            _spaceWanted = IsFull;
            return _spaceWanted;
        }
    }

    /// <summary>Poll thread: the partition is held, so wake the poll when a quarter of the buffer is left: nothing else may come to wake it.</summary>
    public void WakeWhenLow()
    {
        lock (partitionLock)
        {
            _lowWanted = true;
            Signal();
        }
    }

    /// <summary>Under the lock: there may be space.</summary>
    public void Signal()
    {
        if (lanes.State == LeaseState.Closed)
        {
            // A handler that ignored its token may return when the worker, and what it waits with, is gone.
            return;
        }

        if (_lowWanted && IsLowLocked)
        {
            _lowWanted = false;
            wakePoll();
        }

        if (_spaceWanted && lanes.Queued <= options.MaxRecords / 2)
        {
            _spaceWanted = false;
            spaceFreed.Set();
        }
    }
}

namespace Consumers.Framework.Committing;

/// <summary>Wakes whoever waits for leases to be drained or committed. Any thread.</summary>
internal sealed class DrainSignal(TimeProvider time)
{
    private readonly object _lock = new();
    private int _waiters;

    /// <summary>Called for every commit and every record of a drain: without a waiter it takes no lock.</summary>
    public void Pulse()
    {
        // What came true was written before this fence, and whoever waits registers with a full fence before looking at it. So either
        // the waiter is seen here, or it sees what came true and does not wait.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _waiters) == 0)
        {
            return;
        }

        lock (_lock)
        {
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits until the condition holds or the timeout has passed.</summary>
    /// <returns>Whether the condition holds.</returns>
    public bool Wait(Func<bool> condition, TimeSpan timeout) => Wait(condition, timeout, time.GetTimestamp());

    /// <summary>Waits until the condition holds or the timeout has passed.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="startedAt">Since when: a timestamp of the time provider.</param>
    /// <returns>Whether the condition holds.</returns>
    public bool Wait(Func<bool> condition, TimeSpan timeout, long startedAt)
    {
        Interlocked.Increment(ref _waiters);
        try
        {
            lock (_lock)
            {
                while (!condition())
                {
                    var left = timeout - time.GetElapsedTime(startedAt);
                    if (left <= TimeSpan.Zero)
                    {
                        return false;
                    }

                    // A condition may also come true by time alone; half a second bounds how late that is noticed.
                    Monitor.Wait(_lock, left < MaxWait ? left : MaxWait);
                }

                return true;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiters);
        }
    }

    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(500);
}

namespace Consumers.Framework.Rebalancing;

/// <summary>Wakes whoever waits for leases to be drained or committed. Any thread.</summary>
internal sealed class DrainSignal(TimeProvider time)
{
    private readonly object _gate = new();

    public void Pulse()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until the condition holds or the timeout has passed.</summary>
    /// <returns>Whether the condition holds.</returns>
    public bool Wait(Func<bool> condition, TimeSpan timeout)
    {
        var startedAt = time.GetTimestamp();
        lock (_gate)
        {
            while (!condition())
            {
                var left = timeout - time.GetElapsedTime(startedAt);
                if (left <= TimeSpan.Zero)
                {
                    return false;
                }

                // A condition may also come true by time alone; half a second bounds how late that is noticed.
                Monitor.Wait(_gate, left < MaxWait ? left : MaxWait);
            }

            return true;
        }
    }

    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(500);
}

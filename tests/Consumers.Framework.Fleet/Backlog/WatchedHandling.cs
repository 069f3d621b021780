using System.Diagnostics;

namespace Consumers.Framework.Fleet.Backlog;

/// <summary>What both arms do with a record: they note it, and use up the handler's time.</summary>
internal sealed class WatchedHandling(FlowWatch watch, TimeSpan each)
{
    private readonly long _ticks = (long)(each.TotalSeconds * Stopwatch.Frequency);

    public void Handle(int partition, long offset)
    {
        watch.Seen(partition, offset);
        if (_ticks > 0)
        {
            for (var startedAt = Stopwatch.GetTimestamp(); Stopwatch.GetTimestamp() - startedAt < _ticks;)
            {
                Thread.SpinWait(1);
            }
        }
    }
}

using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>A fake clock that tells which timers were set, so that a test advances it only when somebody waits.</summary>
internal sealed class TimerClock : FakeTimeProvider
{
    private readonly List<TimeSpan> _timers = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        lock (_timers)
        {
            _timers.Add(dueTime);
        }

        return timer;
    }

    /// <summary>Lets the time pass that somebody waits for; the instant before it is too early.</summary>
    public void Pass(TimeSpan dueTime, Action beforeItIsOver)
    {
        Waiting.Until(
            () =>
            {
                lock (_timers)
                {
                    return _timers.Remove(dueTime);
                }
            },
            $"Nobody waited for {dueTime}.");
        Advance(dueTime - TimeSpan.FromTicks(10_000));
        beforeItIsOver();
        Advance(TimeSpan.FromTicks(10_000));
    }
}

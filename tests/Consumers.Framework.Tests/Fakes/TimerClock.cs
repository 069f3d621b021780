using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>A fake clock that tells which timers were set, so that a test advances it only when somebody waits.</summary>
internal class TimerClock : FakeTimeProvider
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly List<TimeSpan> _timers = [];
    private int _repeating;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        lock (_timers)
        {
            _timers.Add(dueTime);
            return period > TimeSpan.Zero ? new RepeatingTimer(timer, this) : timer;
        }
    }

    /// <summary>How many timers there are that go on for ever.</summary>
    public int Repeating => Volatile.Read(ref _repeating);

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

    /// <summary>Lets time go by in small steps until the condition holds: for whoever looks again after a while.</summary>
    public void RunUntil(Func<bool> condition, string? what = null) => Waiting.Until(condition, () => Advance(Step), what);

    /// <summary>Lets time go by in small steps until the task has ended.</summary>
    public async Task RunUntilAsync(Task task)
    {
        await Task.Run(() => RunUntil(() => task.IsCompleted));
        await task;
    }

    private sealed class RepeatingTimer : ITimer
    {
        private readonly ITimer _inner;
        private readonly TimerClock _clock;

        public RepeatingTimer(ITimer inner, TimerClock clock)
        {
            _inner = inner;
            _clock = clock;
            Interlocked.Increment(ref clock._repeating);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => _inner.Change(dueTime, period);

        public void Dispose()
        {
            _inner.Dispose();
            Interlocked.Decrement(ref _clock._repeating);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

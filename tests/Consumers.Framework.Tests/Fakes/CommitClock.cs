using System.Collections.Concurrent;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>Time that stands still until a test moves it. It counts how often each thread with a name looked at it.</summary>
internal sealed class CommitClock : TimerClock
{
    private readonly ConcurrentDictionary<string, int> _looks = new(StringComparer.Ordinal);

    /// <summary>How often the committer's thread looked. A thread that sleeps does not.</summary>
    public int Looks => LooksOf("orders/0 commit");

    public int LooksOf(string thread) => _looks.GetValueOrDefault(thread);

    public override long GetTimestamp()
    {
        if (Thread.CurrentThread.Name is { } thread)
        {
            _looks.AddOrUpdate(thread, 1, static (_, looks) => looks + 1);
        }

        return base.GetTimestamp();
    }
}

namespace Consumers.Framework.Tests.Fakes;

/// <summary>Time that stands still until a test moves it. It counts how often the committer's thread looked at it.</summary>
internal sealed class CommitClock : TimeProvider
{
    public const string ThreadName = "orders/0 commit";

    private long _now = 1_000_000;
    private int _looks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>A thread that sleeps does not look.</summary>
    public int Looks => Volatile.Read(ref _looks);

    public override long GetTimestamp()
    {
        if (Thread.CurrentThread.Name == ThreadName)
        {
            Interlocked.Increment(ref _looks);
        }

        return Interlocked.Read(ref _now);
    }

    public void Advance(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);
}

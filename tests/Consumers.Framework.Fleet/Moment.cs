namespace Consumers.Framework.Fleet;

/// <summary>A time on both clocks of the machine, in microseconds.</summary>
/// <param name="Mono">Of the monotonic clock: one for all processes of the machine.</param>
/// <param name="Wall">Since the Unix epoch.</param>
internal readonly record struct Moment(long Mono, long Wall)
{
    public static Moment Now()
    {
        // Linux and macOS give every process the same monotonic clock, since boot.
        var mono = TimeProvider.System.GetElapsedTime(0);
        return new Moment(Microseconds(mono), Microseconds(TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch));
    }

    /// <summary>The moment so much later, on both clocks.</summary>
    public Moment Add(TimeSpan time) => Mono == long.MaxValue ? this : new(Mono + Microseconds(time), Wall + Microseconds(time));

    /// <summary>The time from an earlier moment to this one.</summary>
    public TimeSpan Since(Moment earlier) => TimeSpan.FromMicroseconds(Mono - earlier.Mono);

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;
}

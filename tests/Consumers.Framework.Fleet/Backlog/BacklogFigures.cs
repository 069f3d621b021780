namespace Consumers.Framework.Fleet.Backlog;

/// <summary>The samples of one arm, protocol and kind of hand-over.</summary>
internal sealed record BacklogFigures(
    string Protocol, BacklogArm Arm, HandOverKind Kind, int Count, TimeSpan Median, TimeSpan P95, TimeSpan Longest, long Lost, long Repeated)
{
    public static IEnumerable<BacklogFigures> Of(BacklogRun run) => run.Samples
        .GroupBy(static sample => (sample.Protocol, sample.Arm, sample.Kind))
        .Select(group => Of(group.Key, [.. group.Select(static sample => sample.Longest).Order()], run));

    /// <summary>Where the framework's median or 95th percentile is above the loop's by more than that.</summary>
    public static IEnumerable<string> TooLong(IReadOnlyList<BacklogFigures> figures, TimeSpan allowed) =>
        from ours in figures
        where ours.Arm == BacklogArm.Framework
        from loop in figures
        where loop.Arm == BacklogArm.Loop && loop.Protocol == ours.Protocol && loop.Kind == ours.Kind
        where ours.Median > loop.Median + allowed || ours.P95 > loop.P95 + allowed
        select FormattableString.Invariant(
            $"{ours.Protocol} {ours.Kind}: median {ours.Median.TotalMilliseconds:0} ms and 95th percentile {ours.P95.TotalMilliseconds:0} ms, the loop's {loop.Median.TotalMilliseconds:0} and {loop.P95.TotalMilliseconds:0} ms");

    private static BacklogFigures Of((string Protocol, BacklogArm Arm, HandOverKind Kind) key, TimeSpan[] ordered, BacklogRun run) =>
        new(key.Protocol, key.Arm, key.Kind, ordered.Length, At(ordered, 0.5), At(ordered, 0.95), ordered[^1], run.Lost, run.Repeated);

    /// <summary>The smallest that is not below this share of them.</summary>
    private static TimeSpan At(TimeSpan[] ordered, double share) => ordered[Math.Max(0, (int)Math.Ceiling(share * ordered.Length) - 1)];
}

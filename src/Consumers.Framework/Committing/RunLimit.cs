namespace Consumers.Framework.Committing;

/// <summary>How far the only lane of a lease may go on without asking its commit gate again.</summary>
/// <param name="Records">How many records may start, the one that was just allowed included.</param>
/// <param name="EndOffset">Records from this offset on may not start.</param>
/// <param name="Deadline">A timestamp of the time provider from which on nothing may start.</param>
internal readonly record struct RunLimit(long Records, long EndOffset, long Deadline)
{
    public static RunLimit None => new(long.MaxValue, long.MaxValue, long.MaxValue);

    /// <summary>One record at a time.</summary>
    public static RunLimit One => None with { Records = 1 };
}

using Consumers.Framework.Offsets;

namespace Consumers.Framework.Committing;

/// <summary>Async and Auto: records start freely until too many are handled and not acknowledged.</summary>
/// <remarks>
/// While a classic group joins, the coordinator holds back the answer to a member's join, and with it those to all commits that its
/// connection carries behind it: for a heartbeat interval, or as long as another member drains. A bound that fast handlers reach in that
/// time has partitions stand still that do not change hands, so it is wide unless it was set. What a crash repeats while the broker
/// answers is bounded by <see cref="MostUnsent"/>, and memory by <see cref="MostAhead"/>.
/// </remarks>
internal sealed class PeriodicCommitGate(OffsetTracker tracker, int maxUncommitted) : CommitGate(tracker)
{
    /// <summary>At so many the commit does not wait for the interval.</summary>
    private const int MostUnsent = 50_000;

    /// <summary>The tracker keeps each record that was handled before an earlier one.</summary>
    private const int MostAhead = 100_000;

    private readonly int _unsent = Math.Min((maxUncommitted + 1) / 2, MostUnsent);
    private readonly int _ahead = Math.Min(maxUncommitted, MostAhead);

    /// <summary>Before the bound is reached, so that the answer is there before a lane has to wait for it.</summary>
    public override bool Urgent => Committable is not null && (HandledNotAcknowledged >= maxUncommitted || HandledNotSent >= _unsent);

    /// <summary>
    /// When nothing can be committed, the lowest record that is not final may always start: with several lanes it may still be queued when
    /// too many above it are handled, and none of those can be committed before it.
    /// </summary>
    public override bool MayStart(long offset, long? laneCompleted, long now) => offset == Tracker.Watermark
        ? HandledNotAcknowledged < maxUncommitted || Committable is null
        : HandledNotAcknowledged < maxUncommitted && HandledAhead < _ahead;

    public override RunLimit Run => RunLimit.None with { Records = Math.Max(1, maxUncommitted - HandledNotAcknowledged) };
}

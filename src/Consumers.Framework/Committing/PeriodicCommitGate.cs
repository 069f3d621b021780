using Consumers.Framework.Offsets;

namespace Consumers.Framework.Committing;

/// <summary>Async and Auto: records start freely until too many are handled and not acknowledged.</summary>
internal sealed class PeriodicCommitGate(OffsetTracker tracker, int maxUncommitted) : CommitGate(tracker)
{
    /// <summary>At half of the bound already, so that the answer is there before a lane has to wait for it.</summary>
    public override bool Urgent => Committable is not null && (HandledNotAcknowledged >= maxUncommitted || HandledNotSent >= (maxUncommitted + 1) / 2);

    /// <summary>
    /// When nothing can be committed, the lowest record that is not final may always start: with several lanes it may still be queued when
    /// too many above it are handled, and none of those can be committed before it.
    /// </summary>
    public override bool MayStart(long offset, long? laneCompleted, long now) =>
        HandledNotAcknowledged < maxUncommitted || (offset == Tracker.Watermark && Committable is null);

    public override RunLimit Run => RunLimit.None with { Records = Math.Max(1, maxUncommitted - HandledNotAcknowledged) };
}

using Consumers.Framework.Offsets;

namespace Consumers.Framework.Committing;

/// <summary>Manual: what the handlers asked for, and never past an earlier record that has not returned.</summary>
internal sealed class ManualCommitGate(OffsetTracker tracker, int maxUncommitted) : CommitGate(tracker)
{
    private long _requested = long.MinValue;
    private long _coveredByRequest;

    public override bool Urgent => Committable is not null;

    public override bool HoldsFetching => HandledNotAcknowledged >= maxUncommitted;

    protected override long Target => Math.Min(_requested, Tracker.Watermark);

    protected override long Covered => Math.Min(_coveredByRequest, Tracker.BelowWatermark);

    public override bool MayStart(long offset, long? laneCompleted, long now) => true;

    public override RunLimit Run => RunLimit.None;

    /// <summary>A handler asked to commit up to its record.</summary>
    /// <param name="sequence">The record's number in the tracker.</param>
    /// <param name="nextOffset">The offset after it.</param>
    /// <returns>The offset whose acknowledgement answers the request; null when it is acknowledged already.</returns>
    public long? Request(long sequence, long nextOffset)
    {
        _coveredByRequest = Math.Max(_coveredByRequest, sequence + 1);
        _requested = Math.Max(_requested, nextOffset);
        return Committable;
    }
}

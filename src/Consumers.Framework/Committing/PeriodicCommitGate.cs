using Consumers.Framework.Offsets;

namespace Consumers.Framework.Committing;

/// <summary>Async and Auto: records start freely until too many are handled and not acknowledged.</summary>
internal sealed class PeriodicCommitGate(OffsetTracker tracker, int maxUncommitted) : CommitGate(tracker)
{
    public override bool Urgent => HandledNotAcknowledged >= maxUncommitted;

    public override bool MayStart(long offset, long? laneCompleted, long now) => HandledNotAcknowledged < maxUncommitted;
}

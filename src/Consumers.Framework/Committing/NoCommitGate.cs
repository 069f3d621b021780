using Consumers.Framework.Offsets;

namespace Consumers.Framework.Committing;

/// <summary>Explicit partitions without a group: nothing is committed and nothing waits.</summary>
internal sealed class NoCommitGate(OffsetTracker tracker) : CommitGate(tracker)
{
    public override bool Urgent => false;

    protected override long Target => long.MinValue;

    public override bool MayStart(long offset, long? laneCompleted, long now) => true;

    public override RunLimit Run => RunLimit.None;
}

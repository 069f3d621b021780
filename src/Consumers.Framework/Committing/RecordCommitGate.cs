using Consumers.Framework.Offsets;

namespace Consumers.Framework.Committing;

/// <summary>PerRecord: a lane's next record starts when the commit of its last one is acknowledged.</summary>
internal sealed class RecordCommitGate(OffsetTracker tracker) : CommitGate(tracker)
{
    public override bool Urgent => Committable is not null;

    public override bool MayStart(long offset, long? laneCompleted, long now) => laneCompleted is not { } last || Acknowledged > last;

    public override RunLimit Run => RunLimit.One;
}

using Consumers.Framework.Offsets;

namespace Consumers.Framework.Committing;

/// <summary>AtMostOnce: a batch is committed before its first record starts, and no batch before the one ahead of it has started.</summary>
internal sealed class AheadCommitGate(OffsetTracker tracker) : CommitGate(tracker)
{
    private readonly Queue<long> _ends = new();
    private long _wanted = long.MinValue;

    public override bool Urgent => Committable is not null;

    public override long RunBeforeDrained => Acknowledged ?? long.MinValue;

    /// <summary>A drain drops what has not started; committing it as well would lose it.</summary>
    public override bool CommitsWhenDrained => false;

    protected override long Target => _wanted;

    public override void BatchReceived(long start, long end)
    {
        base.BatchReceived(start, end);
        _ends.Enqueue(end);
    }

    public override bool MayStart(long offset, long? laneCompleted, long now)
    {
        if (offset < Acknowledged)
        {
            return true;
        }

        while (_wanted <= offset && _ends.TryDequeue(out var end))
        {
            _wanted = end;
        }

        return false;
    }
}

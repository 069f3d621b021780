using Consumers.Framework.Offsets;

namespace Consumers.Framework.Committing;

/// <summary>AtMostOnce: a batch is committed before its first record starts, and no batch before the one ahead of it has started.</summary>
internal sealed class AheadCommitGate(OffsetTracker tracker) : CommitGate(tracker)
{
    private readonly Queue<long> _ends = new();
    private long _wanted = long.MinValue;
    private long _sent = long.MinValue;

    public override bool Urgent => Committable is not null;

    /// <summary>What is committed must run, or it is lost. While a commit is in flight nobody knows what is: then it waits for the answer.</summary>
    public override long RunBeforeDrained => Math.Max(_sent, Acknowledged ?? long.MinValue);

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

    public override RunLimit Run => RunLimit.None with { EndOffset = Acknowledged ?? long.MinValue };

    public override void Sent()
    {
        base.Sent();
        _sent = _wanted;
    }

    public override void Acknowledge(long nextOffset)
    {
        base.Acknowledge(nextOffset);
        _sent = long.MinValue;
    }

    public override void Refused() => _sent = long.MinValue;
}

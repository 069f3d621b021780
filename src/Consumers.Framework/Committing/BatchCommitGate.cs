using Consumers.Framework.Offsets;

namespace Consumers.Framework.Committing;

/// <summary>
/// Sync: a record starts only inside the current batch. The batch ends with its slice of a poll, or after the interval when handlers
/// are slow; the next one begins when everything below the end is handled and the commit of it is acknowledged.
/// </summary>
internal sealed class BatchCommitGate(OffsetTracker tracker, TimeSpan interval, TimeProvider time) : CommitGate(tracker)
{
    private readonly Queue<long> _ends = new();
    private readonly long _intervalTicks = (long)(interval.TotalSeconds * time.TimestampFrequency);
    private long? _startedAt;
    private long _highestStarted = long.MinValue;
    private long? _cutAt;

    public override bool Urgent => End is { } end && Tracker.HasWatermark && Tracker.Watermark >= end && Committable is not null;

    /// <summary>The offset at which the current batch ends; null when there is none.</summary>
    private long? End => _cutAt ?? (_ends.TryPeek(out var end) ? end : null);

    public override void BatchReceived(long start, long end)
    {
        base.BatchReceived(start, end);
        _ends.Enqueue(end);
    }

    public override bool MayStart(long offset, long? laneCompleted, long now)
    {
        SkipCommittedBatches();
        if (_cutAt is null && _startedAt is { } startedAt && now - startedAt >= _intervalTicks)
        {
            Cut();
        }

        if (offset >= End)
        {
            return false;
        }

        _startedAt ??= now;
        _highestStarted = Math.Max(_highestStarted, offset);
        return true;
    }

    /// <summary>The interval may be over in the middle of the run: then the lane asks again, which cuts the batch.</summary>
    public override RunLimit Run => new(long.MaxValue, End ?? long.MaxValue, _cutAt is null && _startedAt is { } startedAt ? startedAt + _intervalTicks : long.MaxValue);

    public override void Completed(long count, long last)
    {
        base.Completed(count, last);

        // In a run only the first start is asked for.
        _highestStarted = Math.Max(_highestStarted, last);
    }

    public override void Acknowledge(long nextOffset)
    {
        base.Acknowledge(nextOffset);
        if (nextOffset >= End)
        {
            _cutAt = null;
            _startedAt = null;
        }

        SkipCommittedBatches();
    }

    private void Cut()
    {
        // Another partition's urgent commit may have carried this batch so far along already: then no acknowledgement would come to end the cut.
        if (Acknowledged > _highestStarted)
        {
            _startedAt = null;
        }
        else
        {
            // Records below the highest one that has started may still start: the commit cannot pass them.
            _cutAt = _highestStarted + 1;
        }
    }

    private void SkipCommittedBatches()
    {
        while (_ends.TryPeek(out var end) && end <= Acknowledged)
        {
            _ends.Dequeue();
            _startedAt = null;
        }
    }
}

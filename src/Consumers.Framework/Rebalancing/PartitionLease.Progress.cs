namespace Consumers.Framework.Rebalancing;

/// <summary>Whether a lease has caught up with its partition.</summary>
internal sealed partial class PartitionLease
{
    /// <summary>Where the lease was when the client first said that this is the end; null before that.</summary>
    private long? _firstEnd;

    /// <summary>Where the client said last that the partition ends.</summary>
    private long? _lastEnd;
    private bool _hasCaughtUp;

    /// <summary>Whether the partition was at its end once, and everything up to there is final.</summary>
    public bool HasCaughtUp
    {
        get
        {
            lock (_gate)
            {
                if (!_hasCaughtUp && _firstEnd is { } end)
                {
                    CollectLocked();
                    _hasCaughtUp = _tracker.Outstanding == 0 || _tracker.Watermark >= end;
                }

                return _hasCaughtUp;
            }
        }
    }

    /// <summary>Below where everything is final; null when that is not known yet.</summary>
    public long? HandledBelow
    {
        get
        {
            lock (_gate)
            {
                CollectLocked();
                return _tracker.HasWatermark ? _tracker.Watermark : null;
            }
        }
    }

    /// <summary>Whether everything below the offset is final. Any thread.</summary>
    public bool IsFinalBelow(long offset)
    {
        lock (_gate)
        {
            CollectLocked();
            return State != LeaseState.Closed && IsFinalBelowLocked(Math.Min(offset, _end));
        }
    }

    /// <summary>
    /// Any thread, for somebody who waits for it: whether what is final below the offset is committed, unless the strategy leaves that to the
    /// handler. When it is not, it is committed now.
    /// </summary>
    public bool IsCommittedBelow(long offset)
    {
        lock (_gate)
        {
            // With records coming all the time there is always something to commit; what is committed may be beyond the offset already.
            CollectLocked();
            if (_commits.Acknowledged >= offset || PointLocked() is null)
            {
                return true;
            }
        }

        Progress(urgent: true);
        return false;
    }

    /// <summary>
    /// The watermark stands at the last record until the client's position is looked at, and there is none before the first record; what lies
    /// between that and the end (markers, what was compacted) is not to come any more once the client has been at the end.
    /// </summary>
    private bool IsFinalBelowLocked(long offset) =>
        (_tracker.HasWatermark && _tracker.Watermark >= offset)
        || (_tracker.Outstanding == 0 && (_lastEnd >= offset || _commits.Acknowledged >= offset || offset == 0));

    /// <summary>Poll thread: the client has delivered everything that the partition holds below the offset.</summary>
    public void ReachedEnd(long offset)
    {
        lock (_gate)
        {
            _lastEnd = offset;
            _firstEnd ??= _tracker.HasWatermark ? _tracker.Position : long.MinValue;
        }
    }
}

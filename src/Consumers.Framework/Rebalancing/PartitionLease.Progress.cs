namespace Consumers.Framework.Rebalancing;

/// <summary>Whether a lease has caught up with its partition.</summary>
internal sealed partial class PartitionLease
{
    /// <summary>Where the lease was when the client first said that this is the end; null before that.</summary>
    private long? _firstEnd;
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

    /// <summary>Poll thread: the client has delivered everything that the partition holds.</summary>
    public void ReachedEnd()
    {
        lock (_gate)
        {
            _firstEnd ??= _tracker.HasWatermark ? _tracker.Position : long.MinValue;
        }
    }
}

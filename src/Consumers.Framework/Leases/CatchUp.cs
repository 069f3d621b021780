using Consumers.Framework.Committing;
using Consumers.Framework.Dispatching;

namespace Consumers.Framework.Leases;

/// <summary>How far one partition is handled, compared with its end. Shares the lock of the partition, and takes it.</summary>
/// <param name="partitionLock">The lock of the partition.</param>
/// <param name="lanes">Its lanes.</param>
/// <param name="commits">Its offsets.</param>
/// <param name="end">Where a bounded read of it ends.</param>
internal sealed class CatchUp(object partitionLock, PartitionLanes lanes, PartitionCommits commits, long end)
{
    /// <summary>Where the partition was when the client first said that this is the end; null before that.</summary>
    private long? _firstEnd;

    /// <summary>Where the client said last that the partition ends.</summary>
    private long? _lastEnd;
    private bool _isDone;

    /// <summary>Whether the partition was at its end once, and everything up to there is final.</summary>
    public bool IsDone
    {
        get
        {
            lock (partitionLock)
            {
                if (!_isDone && _firstEnd is { } first)
                {
                    lanes.Collect();
                    _isDone = commits.Offsets.Outstanding == 0 || commits.Offsets.Watermark >= first;
                }

                return _isDone;
            }
        }
    }

    /// <summary>Below where everything is final; null when that is not known yet.</summary>
    public long? HandledBelow
    {
        get
        {
            lock (partitionLock)
            {
                lanes.Collect();
                return commits.Watermark;
            }
        }
    }

    /// <summary>Whether everything below the offset is final. Any thread.</summary>
    public bool IsFinalBelow(long offset)
    {
        lock (partitionLock)
        {
            lanes.Collect();
            return lanes.State != LeaseState.Closed && IsFinalBelowLocked(Math.Min(offset, end));
        }
    }

    /// <summary>
    /// Any thread, for somebody who waits for it: whether what is final below the offset is committed, unless the strategy leaves that to the
    /// handler. When it is not, it is committed now.
    /// </summary>
    public bool IsCommittedBelow(long offset)
    {
        lock (partitionLock)
        {
            // With records coming all the time there is always something to commit; what is committed may be beyond the offset already.
            lanes.Collect();
            if (commits.Strategy.Acknowledged >= offset || commits.Next is null)
            {
                return true;
            }
        }

        commits.Signal(urgent: true);
        return false;
    }

    /// <summary>Poll thread: the client has delivered everything that the partition holds below the offset.</summary>
    public void ReachedEnd(long offset)
    {
        lock (partitionLock)
        {
            _lastEnd = offset;
            _firstEnd ??= commits.Position ?? long.MinValue;
        }
    }

    /// <summary>
    /// The watermark stands at the last record until the client's position is looked at, and there is none before the first record; what lies
    /// between that and the end (markers, what was compacted) is not to come any more once the client has been at the end.
    /// </summary>
    private bool IsFinalBelowLocked(long offset) =>
        commits.Watermark >= offset
        || (commits.Offsets.Outstanding == 0 && (_lastEnd >= offset || commits.Strategy.Acknowledged >= offset || offset == 0));
}

using Consumers.Framework.Records;

namespace Consumers.Framework.Rebalancing;

/// <summary>Where a bounded read of the partition ends. Poll thread only.</summary>
/// <remarks>
/// The end may lie in a gap, behind a transaction's marker or in front of more records, so it is reached when the client shows an offset
/// that is not below it: that of a record, or its position at the partition's end. Nothing beyond is handled, passed or committed.
/// </remarks>
internal sealed partial class PartitionLease
{
    private readonly long _end;
    private bool _endReached;

    /// <summary>Whether the client has delivered all that lies before the end.</summary>
    public bool EndReached => _endReached || StartsAt.Value >= _end;

    /// <summary>Where a later lease of the same partition goes on; null when it is to begin where this one began.</summary>
    public long? GotTo
    {
        get
        {
            lock (_gate)
            {
                CollectLocked();
                return _environment.Settings.Commits ? _commits.Acknowledged : _tracker.HasWatermark ? _tracker.Watermark : null;
            }
        }
    }

    /// <summary>Everything received is final and nothing more comes: what lies between the last record and the end is not to come any more.</summary>
    public void PassEnd() => Observe(_end, highWatermark: null);

    /// <summary>One comparison for each batch where the partition has no end.</summary>
    private ReadOnlySpan<FetchedRecord> BeforeEndLocked(ReadOnlySpan<FetchedRecord> records)
    {
        if (records[^1].Offset < _end - 1)
        {
            return records;
        }

        _endReached = true;
        var count = records.Length;
        while (count > 0 && records[count - 1].Offset >= _end)
        {
            _environment.Reader.Release(records[--count]);
        }

        return records[..count];
    }

    private long UpToEnd(long position)
    {
        _endReached |= position >= _end;
        return Math.Min(position, _end);
    }
}

using Consumers.Framework.Committing;
using Consumers.Framework.Records;

namespace Consumers.Framework.Dispatching;

/// <summary>
/// The records of one lane in offset order, and how far the lane is with them. Guarded by the lock of its partition, but for what the lane
/// says of its run by <see cref="Completed"/>.
/// </summary>
internal sealed class LaneQueue(RecordChunkPool chunks)
{
    private readonly RecordQueue _records = new(chunks);
    private long _done;
    private long _doneBytes;
    private long _collected;
    private long _collectedBytes;
    private long _removed;

    /// <summary>Records in hand and waiting.</summary>
    public int Count => _records.Count;

    /// <summary>Whether the executor has the lane, or it has a record in hand.</summary>
    public bool IsScheduled { get; set; }

    /// <summary>Whether the next record waits for the broker to acknowledge a commit.</summary>
    public bool IsParked { get; set; }

    public LanePhase Phase { get; set; }

    /// <summary>How many records at the head are the lane's alone: its run, or the record that it waits with.</summary>
    public int Held { get; set; }

    /// <summary>Whether the drain that follows does not wait for the record in hand.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>The last record that is known to be final.</summary>
    public long? LastCompleted { get; set; }

    /// <summary>How many of the finished records are nobody's: the lease was closed before.</summary>
    public int Stale { get; set; }

    /// <summary>How many records the lane has finished. It says so for each without the lock.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>The offset of the record in hand; only while there is one.</summary>
    public long Offset => _records[Math.Min((int)(Done - _removed), Held - 1)].Record.Offset;

    /// <summary>The offset that the lane goes on with; only while it has records.</summary>
    public long NextOffset => Held > 0 ? Offset : FirstOffset;

    /// <summary>The offset of the first record; only while there is one.</summary>
    public long FirstOffset => _records[0].Record.Offset;

    /// <summary>Whether a record is there that is not the lane's alone.</summary>
    public bool HasWaiting => Count > Held;

    /// <summary>The first record that is not the lane's alone; only while there is one.</summary>
    public long FirstWaitingOffset => _records[Held].Record.Offset;

    /// <summary>Lane, without the lock: the records of its run.</summary>
    public QueuedRecord[] RunRecords => _records.FirstRecords;

    /// <summary>Lane, without the lock: where its run begins in <see cref="RunRecords"/>.</summary>
    public int RunStart => _records.Head;

    public void Enqueue(in FetchedRecord record, long sequence) => _records.Enqueue(record, sequence);

    /// <summary>Lane, without the lock: its record is final.</summary>
    public void Completed(int bytes)
    {
        Volatile.Write(ref _doneBytes, _doneBytes + bytes);
        Volatile.Write(ref _done, _done + 1);
    }

    /// <summary>Takes note of what the lane has finished since the last time.</summary>
    /// <param name="bytes">The bytes of those records, and perhaps of one more.</param>
    /// <param name="last">The last of them.</param>
    /// <returns>How many there are; with none the rest says nothing.</returns>
    public int Collect(out long bytes, out QueuedRecord last)
    {
        var done = Done;
        var count = (int)(done - _collected);
        if (count == 0)
        {
            bytes = 0;
            last = default;
            return 0;
        }

        // Only the lane itself takes records out of its queue, so those that are final still stand at its head.
        last = _records[(int)(done - _removed) - 1];
        _collected = done;
        var doneBytes = Volatile.Read(ref _doneBytes);
        bytes = doneBytes - _collectedBytes;
        _collectedBytes = doneBytes;
        return count;
    }

    /// <summary>Takes out what was collected.</summary>
    public void RemoveCollected()
    {
        _records.Remove((int)(_collected - _removed));
        _removed = _collected;
    }

    /// <summary>Takes out the first record, which does not become final.</summary>
    public FetchedRecord RemoveFirst()
    {
        var first = _records[0].Record;
        _records.Remove(1);
        return first;
    }

    /// <summary>Takes out the last record, which has not started.</summary>
    public FetchedRecord RemoveLast() => _records.RemoveLast();

    /// <returns>How many finished records were nobody's since the last call.</returns>
    public int TakeStale()
    {
        var stale = Stale;
        Stale = 0;
        return stale;
    }

    /// <summary>How many of the first records may go into one run.</summary>
    public int RunLength(int wanted, in RunLimit limit)
    {
        var length = (int)Math.Min(limit.Records, Math.Min(wanted, _records.FirstCount));
        while (length > 1 && _records[length - 1].Record.Offset >= limit.EndOffset)
        {
            length--;
        }

        return length;
    }
}

using System.Runtime.InteropServices;
using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Committing;
using Consumers.Framework.Leases;
using Consumers.Framework.Records;

namespace Consumers.Framework.Polling;

/// <summary>
/// The records of one poll, sorted by lease as they come. A source may return records of a partition that was revoked inside the very
/// poll: leases are looked up again when the batch is handed over. Poll thread only.
/// </summary>
internal sealed class PollBatch(LeaseTable leases, RecordReader reader, int capacity) : IRecordSink
{
    private readonly Dictionary<TopicPartition, RecordBuffer> _byPartition = [];
    private readonly Stack<RecordBuffer> _free = [];
    private readonly List<PartitionLease> _received = [];
    private readonly List<TopicPartitionOffset> _ends = [];
    private readonly List<(TopicPartition TopicPartition, long Offset, UnreadableRecord Record)> _unreadable = [];
    private readonly List<PartitionLease> _held = [];
    private readonly List<(PartitionLease Lease, long Offset)> _unexpected = [];
    private TopicPartition? _current;
    private RecordBuffer? _currentRecords;

    public int Count { get; private set; }

    /// <inheritdoc/>
    public bool IsFull => Count >= capacity;

    /// <summary>Records whose partition had no lease; their memory is given back.</summary>
    public int Orphans { get; private set; }

    /// <summary>The leases that got records by the last hand-over; valid until the next poll.</summary>
    public List<PartitionLease> Received => _received;

    /// <summary>The leases that end at a record that could not be read; valid until the next poll.</summary>
    public List<PartitionLease> Held => _held;

    /// <summary>
    /// The leases whose client is not where it was sent, and where it is instead; nothing of theirs was handed over. Valid until the next poll.
    /// </summary>
    public List<(PartitionLease Lease, long Offset)> Unexpected => _unexpected;

    /// <inheritdoc/>
    public void Add(TopicPartition topicPartition, in FetchedRecord record)
    {
        if (_current is null || _current.Partition != topicPartition.Partition || _current.Topic != topicPartition.Topic)
        {
            Select(topicPartition);
        }

        Add(record);
    }

    /// <inheritdoc/>
    public void Select(TopicPartition topicPartition)
    {
        _current = topicPartition;
        _currentRecords = IsUnreadable(topicPartition)
            ? null
            : CollectionsMarshal.GetValueRefOrAddDefault(_byPartition, topicPartition, out _) ??= _free.TryPop(out var free) ? free : new RecordBuffer();
    }

    /// <inheritdoc/>
    public void Add(in FetchedRecord record)
    {
        if (_currentRecords is null)
        {
            reader.Release(record);
            return;
        }

        _currentRecords.Add(record);
        Count++;
    }

    /// <inheritdoc/>
    public void AddUnreadable(TopicPartition topicPartition, long offset, UnreadableRecord record)
    {
        if (!IsUnreadable(topicPartition))
        {
            _unreadable.Add((topicPartition, offset, record));
        }

        _current = null;
        _currentRecords = null;
    }

    /// <inheritdoc/>
    public void AddEnd(TopicPartition topicPartition, long offset) => _ends.Add(new TopicPartitionOffset(topicPartition, offset));

    /// <summary>Gives the records to their leases.</summary>
    /// <param name="reopen">Called when the partition went back (it was made anew, or its offset was reset): gives the lease that begins there.</param>
    /// <returns>The leases that got some; valid until the next poll.</returns>
    public List<PartitionLease> HandOver(Func<PartitionLease, long, PartitionLease> reopen)
    {
        _received.Clear();
        _unexpected.Clear();
        Orphans = 0;
        foreach (var (topicPartition, buffer) in _byPartition)
        {
            if (leases.Find(topicPartition) is not { State: not LeaseState.Closed } found)
            {
                Orphans += buffer.Records.Length;
                ReleaseAll(buffer);
            }
            else if (buffer.Records.IsEmpty || IsConfirmed(found, buffer.Records[0].Offset))
            {
                Receive(found, buffer.Records, reopen);
            }
            else
            {
                ReleaseAll(buffer);
            }

            Free(buffer);
        }

        _byPartition.Clear();
        HandOverUnreadable();
        foreach (var end in _ends)
        {
            // After the records: the end says that nothing below it is still to come.
            if (leases.Find(end.TopicPartition) is { } lease && IsConfirmed(lease, end.Offset.Value))
            {
                lease.Observe(end.Offset.Value, end.Offset.Value);
                lease.Assigned.Answered();
                lease.CatchUp.ReachedEnd(end.Offset.Value);
            }
        }

        _ends.Clear();
        Count = 0;
        _current = null;
        _currentRecords = null;
        return _received;
    }

    /// <summary>Before the hand-over: the records of a partition are given back, to be fetched again.</summary>
    /// <returns>The first one's offset; null when there is none.</returns>
    public Offset? TakeBack(TopicPartition topicPartition)
    {
        if (!_byPartition.TryGetValue(topicPartition, out var buffer) || buffer.Records.IsEmpty)
        {
            return null;
        }

        var first = buffer.Records[0].Offset;
        Discard([topicPartition]);
        return first;
    }

    /// <summary>The client failed: nothing of this poll is handed over.</summary>
    public void DiscardAll() => Discard([.. _byPartition.Keys]);

    /// <summary>
    /// Inside a rebalance callback: what this poll has already read of partitions that change hands belongs to their old lease, which
    /// commits nothing of it. A new lease reads it again.
    /// </summary>
    public void Discard(IEnumerable<TopicPartition> partitions)
    {
        foreach (var topicPartition in partitions)
        {
            if (_byPartition.Remove(topicPartition, out var buffer))
            {
                Count -= buffer.Records.Length;
                ReleaseAll(buffer);
                Free(buffer);
            }

            _ends.RemoveAll(end => end.TopicPartition == topicPartition);
            _unreadable.RemoveAll(unreadable => unreadable.TopicPartition == topicPartition);
        }

        _current = null;
        _currentRecords = null;
    }

    /// <summary>What comes in the same poll after an answer that is not confirmed is no other answer.</summary>
    private bool IsConfirmed(PartitionLease lease, long offset)
    {
        foreach (var (other, _) in _unexpected)
        {
            if (other == lease)
            {
                return false;
            }
        }

        if (lease.Assigned.ConfirmPosition(offset))
        {
            return true;
        }

        _unexpected.Add((lease, offset));
        return false;
    }

    private void ReleaseAll(RecordBuffer buffer)
    {
        foreach (ref readonly var record in buffer.Records)
        {
            reader.Release(record);
        }
    }

    private void Free(RecordBuffer buffer)
    {
        buffer.Clear();
        _free.Push(buffer);
    }

    private bool IsUnreadable(TopicPartition topicPartition)
    {
        foreach (var unreadable in _unreadable)
        {
            if (unreadable.TopicPartition == topicPartition)
            {
                return true;
            }
        }

        return false;
    }

    private void HandOverUnreadable()
    {
        _held.Clear();
        foreach (var (topicPartition, offset, record) in _unreadable)
        {
            if (leases.Find(topicPartition) is { State: not LeaseState.Closed } lease)
            {
                lease.Receive([new FetchedRecord(lease.Position ?? offset, -1, 0, record)]);
                _held.Add(lease);
            }
        }

        _unreadable.Clear();
    }

    /// <summary>The partition may go back in the middle of a poll: what comes after that belongs to another lease.</summary>
    private void Receive(PartitionLease lease, ReadOnlySpan<FetchedRecord> records, Func<PartitionLease, long, PartitionLease> reopen)
    {
        while (!records.IsEmpty)
        {
            if (records[0].Offset < lease.Position)
            {
                lease = reopen(lease, records[0].Offset);
            }

            var count = 1;
            while (count < records.Length && records[count].Offset > records[count - 1].Offset)
            {
                count++;
            }

            lease.Receive(records[..count]);
            _received.Add(lease);
            records = records[count..];
        }
    }
}

using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Records;

namespace Consumers.Framework.Leases;

/// <summary>
/// Where the client is with the partition of one lease: where it was told to start, what it has answered, where it was sent, where its reading
/// ends, and why it does not fetch. Poll thread only, but for what says otherwise.
/// </summary>
internal sealed class AssignedPartition(PartitionCommits commits, long end, ConsumerSettings settings, RecordReader reader, TimeProvider time)
{
    private PositionHold? _hold;
    private string? _topicId;
    private long? _unexpected;
    private bool _endReached;

    /// <summary>Where the client was told to start; <see cref="Offset.Unset"/> when it fetches the committed offset itself.</summary>
    public Offset StartsAt { get; set; } = Offset.Unset;

    /// <summary>The next offset that is expected; null before the first, where the client alone knows.</summary>
    /// <remarks>Without the lock: the poll thread alone moves the position.</remarks>
    public long? Expected => commits.Position ?? (StartsAt.IsSpecial ? null : StartsAt.Value);

    /// <summary>Since when the client owes an answer, a record or the partition's end, because it was told to start or to go on; null when it has answered.</summary>
    public long? AwaitedSince { get; private set; }

    /// <summary>Where the client was sent and has not answered from yet; null when it has.</summary>
    public long? PendingSeek { get; private set; }

    /// <summary>Whether the client has delivered all that lies before the end of a bounded read.</summary>
    /// <remarks>
    /// The end may lie in a gap, behind a transaction's marker or in front of more records, so it is reached when the client shows an offset
    /// that is not below it: that of a record, or its position at the partition's end. Nothing beyond is handled, passed or committed.
    /// </remarks>
    public bool EndReached => _endReached || StartsAt.Value >= end;

    /// <summary>How many records the last poll brought.</summary>
    public int LastReceivedCount { get; private set; }

    /// <summary>When the last record that was received was written; null when nobody asks for it, or it does not say.</summary>
    public Timestamp? LastWritten { get; set; }

    /// <summary>Why fetching is paused. Any thread may read it.</summary>
    public PauseReason Paused { get; set; }

    /// <summary>
    /// The id that the partition's topic had before it was found out where the lease starts, else when it was first told; null before. Any
    /// thread may read it.
    /// </summary>
    public string? TopicId
    {
        get => Volatile.Read(ref _topicId);
        set => Volatile.Write(ref _topicId, value);
    }

    /// <summary>Why the partition stands still without a record to blame; null when it does not. Any thread may read it.</summary>
    public PositionHold? Hold
    {
        get => Volatile.Read(ref _hold);
        set => Volatile.Write(ref _hold, value);
    }

    /// <summary>The client is told to start the partition, or to go on with it.</summary>
    public void ExpectAnswer() => AwaitedSince = time.GetTimestamp();

    /// <summary>The client has delivered something of it.</summary>
    public void Answered() => AwaitedSince = null;

    /// <summary>The client is sent to the offset that is expected.</summary>
    /// <remarks>
    /// After a damaged batch the client may take garbage for an offset. Where there is no such offset it stops, even behind the seek that
    /// sends it on: T1 (the client) asks itself for that; T2 (the poll thread) has the batch dealt with and seeks; T1 carries it out, which the
    /// seek has not outdated, and reports it, so that the partition is started at its position again. Where there is one, or the seek did not
    /// reach the client, records would be repeated, or lost. So an answer from elsewhere is asked for once more. The same answer again is the
    /// truth: a gap in the offsets, or a topic that was recreated.
    /// </remarks>
    public void ExpectPosition()
    {
        PendingSeek = Expected;
        _unexpected = null;
    }

    /// <summary>Whether to believe what the client delivers first, or says is the end.</summary>
    /// <returns>False when the client is to be sent again.</returns>
    public bool ConfirmPosition(long offset)
    {
        if (PendingSeek is null || offset == PendingSeek || offset == _unexpected)
        {
            PendingSeek = null;
            return true;
        }

        _unexpected = offset;
        return false;
    }

    /// <summary>The client has delivered records. Before a lane sees them: it may be through with them, and their memory given back, within the same microsecond.</summary>
    /// <returns>Those before the end; the others are given back.</returns>
    public ReadOnlySpan<FetchedRecord> Receive(ReadOnlySpan<FetchedRecord> records)
    {
        records = BeforeEnd(records);
        Answered();
        LastReceivedCount = records.Length;
        if (settings.OutOfRange == OutOfRangePolicy.NearestByTime && !records.IsEmpty
            && reader.Timestamp(records[^1]) is { Type: not TimestampType.NotAvailable } written)
        {
            LastWritten = written;
        }

        return records;
    }

    /// <summary>The client's position.</summary>
    /// <returns>The same, or the end when that lies before it.</returns>
    public long UpToEnd(long position)
    {
        _endReached |= position >= end;
        return Math.Min(position, end);
    }

    /// <summary>One comparison for each batch where the partition has no end.</summary>
    private ReadOnlySpan<FetchedRecord> BeforeEnd(ReadOnlySpan<FetchedRecord> records)
    {
        if (records[^1].Offset < end - 1)
        {
            return records;
        }

        _endReached = true;
        var count = records.Length;
        while (count > 0 && records[count - 1].Offset >= end)
        {
            reader.Release(records[--count]);
        }

        return records[..count];
    }
}

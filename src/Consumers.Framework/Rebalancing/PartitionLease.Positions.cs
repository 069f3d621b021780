using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Records;

namespace Consumers.Framework.Rebalancing;

/// <summary>Where the partition starts, and what is known of it when it has to start somewhere else. Poll thread only.</summary>
internal sealed partial class PartitionLease
{
    private PositionHold? _hold;
    private string? _topicId;

    /// <summary>Where the client was told to start; <see cref="Offset.Unset"/> when it fetches the committed offset itself.</summary>
    public Offset StartsAt { get; set; } = Offset.Unset;

    /// <summary>The next offset that this lease expects; null before the first, where the client alone knows.</summary>
    public long? Expected => Position ?? (StartsAt.IsSpecial ? null : StartsAt.Value);

    /// <summary>Since when the client owes an answer, a record or the partition's end, because it was told to start or to go on; null when it has answered.</summary>
    public long? AwaitedSince { get; private set; }

    /// <summary>The client is told to start the partition, or to go on with it.</summary>
    public void ExpectAnswer() => AwaitedSince = _environment.Time.GetTimestamp();

    /// <summary>The client has delivered something of it.</summary>
    public void Answered() => AwaitedSince = null;

    /// <summary>
    /// The id that the partition's topic had before it was found out where the lease starts, else when it was first told; null before. Any
    /// thread may read it.
    /// </summary>
    public string? TopicId
    {
        get => Volatile.Read(ref _topicId);
        set => Volatile.Write(ref _topicId, value);
    }

    /// <summary>When the last record that was received was written; null when nobody asks for it, or it does not say.</summary>
    public Timestamp? LastWritten { get; set; }

    /// <summary>Why the partition stands still without a record to blame; null when it does not. Any thread may read it.</summary>
    public PositionHold? Hold
    {
        get => Volatile.Read(ref _hold);
        set => Volatile.Write(ref _hold, value);
    }

    /// <summary>Before a lane sees the records: it may be through with them, and their memory given back, within the same microsecond.</summary>
    private void NoteTimeLocked(ReadOnlySpan<FetchedRecord> records)
    {
        if (_environment.Settings.OutOfRange == OutOfRangePolicy.NearestByTime
            && _environment.Reader.Timestamp(records[^1]) is { Type: not TimestampType.NotAvailable } written)
        {
            LastWritten = written;
        }
    }
}

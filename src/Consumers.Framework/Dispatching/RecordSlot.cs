using Confluent.Kafka;
using Consumers.Framework.Records;

namespace Consumers.Framework.Dispatching;

/// <summary>
/// The record that a lane is handling, behind the contexts that its handler has. The lane writes between two records; whoever holds a
/// context reads, and checks the version before and after.
/// </summary>
internal sealed class RecordSlot(Lane lane, RecordReader reader)
{
    private int _version;
    private QueuedRecord _record;

    /// <summary>Changes when the record's outcome is final: contexts of an earlier version are dead.</summary>
    public int Version => Volatile.Read(ref _version);

    public Lane Lane => lane;

    public QueuedRecord Record => _record;

    public int Attempt { get; set; }

    /// <summary>Why there is no payload to read; null for a record that has one.</summary>
    public UnreadableRecord? Unreadable => _record.Record.Message as UnreadableRecord;

    public bool HasKey => reader.HasKey(_record.Record);

    public ReadOnlySpan<byte> RawKey => reader.Key(_record.Record);

    public bool HasValue => reader.HasValue(_record.Record);

    public ReadOnlySpan<byte> RawValue => reader.Value(_record.Record);

    public Headers Headers => reader.Headers(_record.Record);

    public Timestamp Timestamp => reader.Timestamp(_record.Record);

    public ConsumeContext Begin(in QueuedRecord record)
    {
        _record = record;
        Attempt = 1;
        return new ConsumeContext(this, _version);
    }

    /// <summary>Ends every context of the record, then gives the payload back: never the other way round.</summary>
    public void End()
    {
        var ended = _record;
        Volatile.Write(ref _version, _version + 1);

        // What follows must not be seen before the new version.
        Volatile.WriteBarrier();
        _record = default;
        reader.Release(ended.Record);
    }
}

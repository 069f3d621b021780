using Confluent.Kafka;
using Consumers.Framework.Records;

namespace Consumers.Framework.Clients;

/// <summary>Reads records that the managed client has copied already; the garbage collector takes them back.</summary>
internal sealed class ManagedRecordReader : RecordReader
{
    private static readonly Message<byte[]?, byte[]?> Nothing = new();

    public static ManagedRecordReader Instance { get; } = new();

    public override bool HasKey(scoped in FetchedRecord record) => Message(record).Key is not null;

    public override ReadOnlySpan<byte> Key(scoped in FetchedRecord record) => Message(record).Key;

    public override bool HasValue(scoped in FetchedRecord record) => Message(record).Value is not null;

    public override ReadOnlySpan<byte> Value(scoped in FetchedRecord record) => Message(record).Value;

    public override Headers Headers(scoped in FetchedRecord record) => Message(record).Headers ?? EmptyHeaders.Shared;

    public override Timestamp Timestamp(scoped in FetchedRecord record) => Message(record).Timestamp;

    public override void Release(scoped in FetchedRecord record)
    {
        // Nothing is pinned.
    }

    /// <summary>A record that could not be read has nothing.</summary>
    private static Message<byte[]?, byte[]?> Message(scoped in FetchedRecord record) => record.Message as Message<byte[]?, byte[]?> ?? Nothing;
}

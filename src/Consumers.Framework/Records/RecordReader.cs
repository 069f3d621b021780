using Confluent.Kafka;

namespace Consumers.Framework.Records;

/// <summary>Reads what a source keeps in <see cref="FetchedRecord.Message"/>. Stateless; called from handler threads.</summary>
internal abstract class RecordReader
{
    public abstract bool HasKey(scoped in FetchedRecord record);

    public abstract ReadOnlySpan<byte> Key(scoped in FetchedRecord record);

    public abstract bool HasValue(scoped in FetchedRecord record);

    public abstract ReadOnlySpan<byte> Value(scoped in FetchedRecord record);

    public abstract Headers Headers(scoped in FetchedRecord record);

    public abstract Timestamp Timestamp(scoped in FetchedRecord record);

    /// <summary>
    /// Copies a record that will wait into memory of its own and then gives the client's memory back. A record that pins nothing stays as it
    /// is, so doing it twice is harmless. When the copy fails, the record is still the old one.
    /// </summary>
    /// <returns>The record to go on with; it has the same offset, leader epoch and size, and is released like any other.</returns>
    public virtual FetchedRecord Detach(scoped in FetchedRecord record) => record;

    /// <summary>Gives the payload's memory back. The record is not read again.</summary>
    public abstract void Release(scoped in FetchedRecord record);
}

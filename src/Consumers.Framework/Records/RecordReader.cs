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

    /// <summary>Gives the payload's memory back. The record is not read again.</summary>
    public abstract void Release(scoped in FetchedRecord record);
}

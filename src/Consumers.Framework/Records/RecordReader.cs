using Confluent.Kafka;

namespace Consumers.Framework.Records;

/// <summary>Reads what a source keeps in <see cref="FetchedRecord.Message"/>. Stateless; called from handler threads.</summary>
internal abstract class RecordReader
{
    public abstract bool HasKey(in FetchedRecord record);

    public abstract ReadOnlySpan<byte> Key(in FetchedRecord record);

    public abstract bool HasValue(in FetchedRecord record);

    public abstract ReadOnlySpan<byte> Value(in FetchedRecord record);

    public abstract Headers Headers(in FetchedRecord record);

    public abstract Timestamp Timestamp(in FetchedRecord record);

    /// <summary>Gives the payload's memory back. The record is not read again.</summary>
    public abstract void Release(in FetchedRecord record);
}

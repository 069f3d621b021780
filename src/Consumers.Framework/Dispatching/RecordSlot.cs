using Confluent.Kafka;

namespace Consumers.Framework.Dispatching;

/// <summary>The record that a lane is handling. Written by the lane, read by the record's handler.</summary>
internal abstract class RecordSlot
{
    public abstract int Version { get; }

    public abstract string Consumer { get; }

    public abstract TopicPartition TopicPartition { get; }

    public abstract Offset Offset { get; }

    public abstract int Attempt { get; }

    public abstract Timestamp Timestamp { get; }

    public abstract bool HasKey { get; }

    public abstract ReadOnlySpan<byte> RawKey { get; }

    public abstract bool HasValue { get; }

    public abstract ReadOnlySpan<byte> RawValue { get; }

    public abstract Headers Headers { get; }

    public abstract TKey? GetKey<TKey>();

    public abstract ValueTask CommitAsync(CancellationToken cancellationToken);
}

using Confluent.Kafka;

namespace Consumers.Framework.Records;

/// <summary>What the context of a record asks of whoever has the record in hand. Any thread.</summary>
internal interface IRecordOwner
{
    /// <summary>The name of the consumer.</summary>
    string Consumer { get; }

    TopicPartition TopicPartition { get; }

    /// <summary>Whether failures may quote the record.</summary>
    bool IncludesRecordData { get; }

    /// <summary>Decodes the key of the context's record.</summary>
    TKey DecodeKey<TKey>(ReadOnlySpan<byte> key, ConsumeContext context);

    /// <summary>Commits up to the record, and waits for the broker's answer.</summary>
    ValueTask CommitAsync(long sequence, long offset, CancellationToken cancellationToken);
}

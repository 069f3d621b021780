using Confluent.Kafka;
using Consumers.Framework.Decoding;
using Consumers.Framework.Records;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>Has a record of orders[0] in hand, and nothing else.</summary>
internal sealed class FakeRecordOwner : IRecordOwner
{
    private static readonly DecoderRegistry Decoders = new("orders", new DecoderRegistrations(), new ServiceCollection().BuildServiceProvider());

    public string Consumer => "orders";

    public TopicPartition TopicPartition { get; } = new("orders", 0);

    public bool IncludesRecordData { get; init; }

    public TKey DecodeKey<TKey>(ReadOnlySpan<byte> key, ConsumeContext context) =>
        Decoders.DecodeKey<TKey>(key, new DecodingContext(MessageComponentType.Key, context));

    public ValueTask CommitAsync(long sequence, long offset, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("Nobody commits.");
}

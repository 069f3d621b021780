using BenchmarkDotNet.Attributes;
using Confluent.Kafka;
using Consumers.Framework.Benchmarks.Topics;
using Consumers.Framework.Decoding;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Benchmarks.Micro;

/// <summary>What it costs to make a message of a value.</summary>
public class DecodingBenchmarks
{
    private readonly DecodingContext _context = new(MessageComponentType.Value, default);
    private readonly DecoderRegistry _decoders = new("orders", new DecoderRegistrations(), new ServiceCollection().BuildServiceProvider());
    private byte[] _value = [];

    [Params(100, 1_024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void CreateValue() => _value = Payloads.Create(Size)[0];

    [Benchmark]
    public Order JsonClass() => Decode<Order>();

    [Benchmark]
    public string Text() => Decode<string>();

    [Benchmark]
    public ReadOnlyMemory<byte> Memory() => Decode<ReadOnlyMemory<byte>>();

    private T Decode<T>()
    {
        var decoding = _decoders.Value<T>().DecodeAsync(_value, _context, CancellationToken.None);
        return decoding.IsCompletedSuccessfully ? decoding.Result : throw new InvalidOperationException("The decoder is asynchronous.");
    }
}

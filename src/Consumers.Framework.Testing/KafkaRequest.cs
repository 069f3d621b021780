namespace Consumers.Framework.Testing;

/// <summary>A request that a broker of an <see cref="EmbeddedKafka"/> received while requests were tracked.</summary>
/// <param name="Broker">The broker's id, from 1.</param>
/// <param name="Api">What was asked for. A value without a name is an API that the embedded broker does not serve.</param>
/// <param name="Time">When it arrived, on the broker's own monotonic clock: only differences mean something.</param>
public readonly record struct KafkaRequest(int Broker, KafkaApi Api, TimeSpan Time);

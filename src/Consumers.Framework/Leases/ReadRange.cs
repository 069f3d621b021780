using Confluent.Kafka;

namespace Consumers.Framework.Leases;

/// <summary>What is read of an explicit partition. Immutable.</summary>
/// <param name="Start">Where the client starts.</param>
/// <param name="End">The first offset that is not handled any more.</param>
internal readonly record struct ReadRange(Offset Start, long End)
{
    /// <summary>The end of a partition that is read until the consumer is stopped.</summary>
    public const long NoEnd = long.MaxValue;

    /// <summary>Whether there is nothing between start and end.</summary>
    public bool IsEmpty => Start.Value >= End;
}

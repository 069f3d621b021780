using Consumers.Framework.Benchmarks.Measuring;

namespace Consumers.Framework.Benchmarks.Handlers;

/// <summary>Does nothing with the raw value but count it.</summary>
public sealed class RawHandler : IKafkaHandler<ReadOnlyMemory<byte>>
{
    public ValueTask HandleAsync(ReadOnlyMemory<byte> message, ConsumeContext context, CancellationToken cancellationToken)
    {
        RecordCounter.Count();
        return ValueTask.CompletedTask;
    }
}

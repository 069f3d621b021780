using Consumers.Framework.Benchmarks.Measuring;

namespace Consumers.Framework.Benchmarks.Handlers;

/// <summary>Does nothing with the raw value but count it.</summary>
public sealed class RawHandler : IKafkaHandler<RawPayload>
{
    public ValueTask HandleAsync(RawPayload message, ConsumeContext context, CancellationToken cancellationToken)
    {
        RecordCounter.Count();
        return ValueTask.CompletedTask;
    }
}

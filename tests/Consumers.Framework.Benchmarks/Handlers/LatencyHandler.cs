using Consumers.Framework.Benchmarks.Measuring;

namespace Consumers.Framework.Benchmarks.Handlers;

/// <summary>Notes how old a record is when it gets here.</summary>
public sealed class LatencyHandler : IKafkaHandler<RawPayload>
{
    public ValueTask HandleAsync(RawPayload message, ConsumeContext context, CancellationToken cancellationToken)
    {
        LatencyLog.Note(message.Span);
        return ValueTask.CompletedTask;
    }
}

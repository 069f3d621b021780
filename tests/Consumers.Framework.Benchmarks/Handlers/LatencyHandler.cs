using Consumers.Framework.Benchmarks.Measuring;

namespace Consumers.Framework.Benchmarks.Handlers;

/// <summary>Notes how old a record is when it gets here.</summary>
public sealed class LatencyHandler : IKafkaHandler<ReadOnlyMemory<byte>>
{
    public ValueTask HandleAsync(ReadOnlyMemory<byte> message, ConsumeContext context, CancellationToken cancellationToken)
    {
        LatencyLog.Note(message.Span);
        return ValueTask.CompletedTask;
    }
}

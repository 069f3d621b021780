using Consumers.Framework.Benchmarks.Measuring;

namespace Consumers.Framework.Benchmarks.Handlers;

/// <summary>Counts, and commits at every thousandth record of a partition.</summary>
public sealed class CommittingHandler : IKafkaHandler<RawPayload>
{
    public const int Every = 1_000;

    public ValueTask HandleAsync(RawPayload message, ConsumeContext context, CancellationToken cancellationToken)
    {
        RecordCounter.Count();
        return (context.Offset.Value + 1) % Every == 0 ? context.CommitAsync(cancellationToken) : ValueTask.CompletedTask;
    }
}

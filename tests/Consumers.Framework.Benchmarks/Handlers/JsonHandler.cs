using Consumers.Framework.Benchmarks.Measuring;
using Consumers.Framework.Benchmarks.Topics;

namespace Consumers.Framework.Benchmarks.Handlers;

/// <summary>Does nothing with the decoded message but count it.</summary>
public sealed class JsonHandler : IKafkaHandler<Order>
{
    public ValueTask HandleAsync(Order message, ConsumeContext context, CancellationToken cancellationToken)
    {
        RecordCounter.Count();
        return ValueTask.CompletedTask;
    }
}

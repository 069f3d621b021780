using Consumers.Framework;
using Microsoft.Extensions.Options;

namespace Orders.Worker;

/// <summary>Handles one order: notes it, works on it for a while, notes that it is done.</summary>
public sealed class OrderHandler(IOptions<HandlerOptions> options, Journal journal) : IKafkaHandler<OrderPlaced>
{
    public async ValueTask HandleAsync(OrderPlaced message, ConsumeContext context, CancellationToken cancellationToken)
    {
        journal.Write("start", context.TopicPartition, context.Offset, message.Id);
        await options.Value.WorkAsync(cancellationToken);
        journal.Write("done", context.TopicPartition, context.Offset, message.Id);
        if (options.Value.Commit)
        {
            await context.CommitAsync(cancellationToken);
        }
    }
}

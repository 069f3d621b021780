using Consumers.Framework;

namespace Orders.Web.Orders;

/// <summary>Puts each order into the book.</summary>
internal sealed class OrderHandler(OrderBook book) : IKafkaHandler<OrderPlaced>
{
    public ValueTask HandleAsync(OrderPlaced message, ConsumeContext context, CancellationToken cancellationToken)
    {
        book.Add(new BookedOrder(message, context.Partition.Value, context.Offset.Value));
        return ValueTask.CompletedTask;
    }
}

namespace Consumers.Framework.Published;

/// <summary>Notes an order; the last one succeeds at its second attempt only.</summary>
internal sealed class OrderHandler(Tally tally) : IKafkaHandler<Order>
{
    public ValueTask HandleAsync(Order message, ConsumeContext context, CancellationToken cancellationToken)
    {
        if (message.Id == OrdersBroker.Count - 1 && context.Attempt == 1)
        {
            throw new TimeoutException("Not at the first attempt.");
        }

        tally.NoteOrder(message.Id, context.GetKey<string>() ?? "");
        return ValueTask.CompletedTask;
    }
}

namespace Consumers.Framework.Fleet.Backlog;

/// <summary>The handler of the framework's arm.</summary>
internal sealed class BacklogHandler(WatchedHandling handling) : IKafkaHandler<RawPayload>
{
    public ValueTask HandleAsync(RawPayload message, ConsumeContext context, CancellationToken cancellationToken)
    {
        handling.Handle(context.Partition.Value, context.Offset.Value);
        return ValueTask.CompletedTask;
    }
}

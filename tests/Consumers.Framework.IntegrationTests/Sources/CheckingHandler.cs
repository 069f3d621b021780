namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>Counts records, and those whose value is not their own. Any number of lanes.</summary>
internal sealed class CheckingHandler : IKafkaHandler<RawPayload>
{
    private long _handled;
    private long _foreign;

    public long Handled => Interlocked.Read(ref _handled);

    public long Foreign => Interlocked.Read(ref _foreign);

    public ValueTask HandleAsync(RawPayload message, ConsumeContext context, CancellationToken cancellationToken)
    {
        if (!StampedRecord.IsValueOf(message.Span, context.Topic, context.Partition.Value, context.Offset.Value))
        {
            Interlocked.Increment(ref _foreign);
        }

        Interlocked.Increment(ref _handled);
        return ValueTask.CompletedTask;
    }
}

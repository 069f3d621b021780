namespace Consumers.Framework.AllocationTests;

/// <summary>Counts raw payloads.</summary>
internal sealed class RawHandler(AllocationWatch watch) : IKafkaHandler<RawPayload>
{
    public ValueTask HandleAsync(RawPayload message, ConsumeContext context, CancellationToken cancellationToken) => watch.Handled();
}

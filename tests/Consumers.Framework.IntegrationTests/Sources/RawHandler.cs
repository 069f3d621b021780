namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>Counts raw payloads.</summary>
internal sealed class RawHandler(AllocationWatch watch) : IKafkaHandler<RawPayload>
{
    public ValueTask HandleAsync(RawPayload message, ConsumeContext context, CancellationToken cancellationToken) => watch.Handled();
}

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>Gives each record to the test.</summary>
internal sealed class StampedHandler(IKafkaHandler<RawPayload> inner) : IKafkaHandler<RawPayload>
{
    public ValueTask HandleAsync(RawPayload message, ConsumeContext context, CancellationToken cancellationToken) =>
        inner.HandleAsync(message, context, cancellationToken);
}

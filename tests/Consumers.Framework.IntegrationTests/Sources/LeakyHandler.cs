namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>Gives what it may not keep to the test.</summary>
internal sealed class LeakyHandler(Func<RawPayload, ConsumeContext, ValueTask> handle) : IKafkaHandler<RawPayload>
{
    public ValueTask HandleAsync(RawPayload message, ConsumeContext context, CancellationToken cancellationToken) => handle(message, context);
}

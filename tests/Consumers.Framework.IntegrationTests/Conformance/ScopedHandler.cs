namespace Consumers.Framework.IntegrationTests.Conformance;

/// <summary>Fails at the first attempt of record 1.</summary>
public sealed class ScopedHandler(ScopeLog log, ScopedService service) : IKafkaHandler<string>
{
    public async ValueTask HandleAsync(string message, ConsumeContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(service);
        log.Begun.Enqueue(message);
        await Task.Yield();
        if (message == "1" && context.Attempt == 1)
        {
            throw new InvalidOperationException("not yet");
        }
    }
}

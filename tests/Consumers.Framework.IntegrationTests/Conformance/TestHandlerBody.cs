using System.Collections.Concurrent;

namespace Consumers.Framework.IntegrationTests.Conformance;

/// <summary>What a test's handlers do and have done.</summary>
public sealed class TestHandlerBody(Func<HandledRecord, ConsumeContext, CancellationToken, ValueTask> handle)
{
    public ConcurrentQueue<HandledRecord> Started { get; } = new();

    public ConcurrentQueue<HandledRecord> Done { get; } = new();

    public ValueTask HandleAsync(HandledRecord record, ConsumeContext context, CancellationToken cancellationToken) => handle(record, context, cancellationToken);
}

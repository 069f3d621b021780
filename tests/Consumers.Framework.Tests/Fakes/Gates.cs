using System.Collections.Concurrent;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>Handlers that wait until the test lets a record go, by partition and offset.</summary>
internal sealed class Gates
{
    private readonly ConcurrentDictionary<(int, long), TaskCompletionSource> _gates = new();

    public ValueTask Handle(ConsumeContext context, CancellationToken cancellationToken) =>
        new(Of(context.Partition.Value, context.Offset.Value).Task);

    public void Open(long offset, int partition = 0) => Of(partition, offset).SetResult();

    public void Fail(long offset, Exception exception, int partition = 0) => Of(partition, offset).SetException(exception);

    private TaskCompletionSource Of(int partition, long offset) => _gates.GetOrAdd((partition, offset), static _ => new TaskCompletionSource());
}

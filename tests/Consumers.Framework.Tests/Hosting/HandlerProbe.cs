using System.Collections.Concurrent;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>What the handlers of a test host do, and what they have been given.</summary>
internal sealed class HandlerProbe
{
    private readonly ConcurrentQueue<(string Handler, long Offset, CancellationToken Token)> _calls = new();

    /// <summary>What a handler does; null returns at once.</summary>
    public Func<ConsumeContext, CancellationToken, ValueTask>? Handler { get; set; }

    public IReadOnlyList<(string Handler, long Offset, CancellationToken Token)> Calls => [.. _calls];

    public ValueTask CallAsync(object handler, ConsumeContext context, CancellationToken cancellationToken)
    {
        _calls.Enqueue((handler.GetType().Name, context.Offset.Value, cancellationToken));
        return Handler?.Invoke(context, cancellationToken) ?? ValueTask.CompletedTask;
    }
}

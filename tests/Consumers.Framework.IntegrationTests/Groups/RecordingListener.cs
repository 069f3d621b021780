using System.Collections.Concurrent;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>Notes what it is told, in order, and does what the test says inside each call. Register it as a singleton.</summary>
public sealed class RecordingListener : IKafkaRebalanceListener
{
    private readonly ConcurrentQueue<(string What, RebalanceContext Context)> _calls = new();

    /// <summary>Runs inside each call: <c>assigned</c>, <c>revoking</c>, <c>revoked</c> or <c>lost</c>.</summary>
    public Func<string, RebalanceContext, CancellationToken, ValueTask> Body { get; set; } = static (_, _, _) => ValueTask.CompletedTask;

    /// <summary>The calls.</summary>
    public IReadOnlyList<(string What, RebalanceContext Context)> Calls => [.. _calls];

    /// <summary>Like <c>revoking 0,1</c>.</summary>
    public IReadOnlyList<string> Names =>
        [.. _calls.Select(static call => $"{call.What} {string.Join(',', call.Context.Partitions.Select(static partition => partition.Partition.Value).Order())}")];

    /// <inheritdoc/>
    public ValueTask OnAssignedAsync(PartitionsAssignedContext context, CancellationToken cancellationToken) => CallAsync("assigned", context, cancellationToken);

    /// <inheritdoc/>
    public ValueTask OnRevokingAsync(RebalanceContext context, CancellationToken cancellationToken) => CallAsync("revoking", context, cancellationToken);

    /// <inheritdoc/>
    public ValueTask OnRevokedAsync(PartitionsRevokedContext context, CancellationToken cancellationToken) => CallAsync("revoked", context, cancellationToken);

    /// <inheritdoc/>
    public ValueTask OnLostAsync(RebalanceContext context, CancellationToken cancellationToken) => CallAsync("lost", context, cancellationToken);

    private ValueTask CallAsync(string what, RebalanceContext context, CancellationToken cancellationToken)
    {
        _calls.Enqueue((what, context));
        return Body(what, context, cancellationToken);
    }
}

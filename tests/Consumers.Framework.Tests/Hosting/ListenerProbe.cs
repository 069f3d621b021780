using System.Collections.Concurrent;
using Consumers.Framework.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>What the listeners of a test host do, and what they have been told, in order.</summary>
internal sealed class ListenerProbe
{
    private readonly ConcurrentQueue<string> _calls = new();
    private int _running;

    /// <summary>Like <c>revoking 0,1</c>.</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    /// <summary>Whether two calls ever ran at once.</summary>
    public bool Overlapped { get; private set; }

    /// <summary>Runs inside each call that does not say otherwise.</summary>
    public Func<string, RebalanceContext, CancellationToken, ValueTask> Body { get; set; } = static (_, _, _) => ValueTask.CompletedTask;

    /// <summary>A host with one consumer, whose listener tells the probe.</summary>
    public ConsumerHost Host(Action<KafkaConsumerOptions>? configure = null)
    {
        var host = ConsumerHost.OfOrders(configure);
        host.Services.AddSingleton(this);
        host.Builder.UseRebalanceListener<ProbeListener>();
        return host;
    }

    public async ValueTask CallAsync(string what, RebalanceContext context, CancellationToken cancellationToken)
    {
        Overlapped |= Interlocked.Increment(ref _running) > 1;
        try
        {
            _calls.Enqueue($"{what} {string.Join(',', context.Partitions.Select(static partition => partition.Partition.Value))}");
            await Body(what, context, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}

using System.Collections.Concurrent;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>What is ambient where a consumer is started, a request's span for example, is not what its listeners and handlers see.</summary>
public sealed class StarterContextTests
{
    private static readonly AsyncLocal<string?> Ambient = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Start_InsideARequest_ListenersAndHandlersAreNotPartOfIt(int maxConcurrency)
    {
        var seen = new ConcurrentQueue<string?>();
        var listeners = new ListenerProbe
        {
            Body = (_, _, _) =>
            {
                seen.Enqueue(Ambient.Value);
                Ambient.Value = "a listener's";
                return ValueTask.CompletedTask;
            },
        };
        await using var host = listeners.Host(options => options.MaxConcurrency = maxConcurrency);
        host.Probe.Handler = (_, _) =>
        {
            seen.Enqueue(Ambient.Value);
            return ValueTask.CompletedTask;
        };
        Ambient.Value = "the starter's";

        var source = await host.StartAssignedAsync();
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);
        source.Take(0);
        Waiting.Until(() => listeners.Calls.Count == 3);

        Assert.Equal([null, null, null, null], seen);
        Assert.Equal("the starter's", Ambient.Value);
    }
}

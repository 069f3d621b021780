using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>Scenario 31: more workers than partitions.</summary>
public sealed class SurplusWatchTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Scenario31_WorkersStayWithoutPartitions_OneLineSaysHowManyAndWhatIsOwned()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Workers = 3);
        await StartAsync(host, [[2], [], []]);

        host.Clock.Pass(Interval, () => Assert.Empty(host.Logged(EventIds.SurplusWorkers)));
        Assert.Empty(host.Logged(EventIds.SurplusWorkers));
        host.Clock.Advance(Interval);
        host.Clock.Advance(Interval);
        host.Clock.Advance(Interval);

        var entry = Assert.Single(host.Logged(EventIds.SurplusWorkers));
        Assert.Equal(LogLevel.Information, entry.Level);
        Assert.Equal(
            "orders: 2 of 3 workers have no partition, because the group billing has more members than orders has partitions for; this process owns 1 (orders[2]). " +
            "They stand by, and take over when a member leaves",
            entry.Message);
    }

    [Fact]
    public async Task Surplus_ChangesAndPasses_IsSaidAnewWhenItIsAnother()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Workers = 3);
        var sources = await StartAsync(host, [[2], [], []]);
        host.Clock.Advance(Interval);
        host.Clock.Advance(Interval);
        Assert.Single(host.Logged(EventIds.SurplusWorkers));

        sources[1].Give(1);
        UntilStates(host, WorkerState.Running, WorkerState.Running, WorkerState.Standby);
        host.Clock.Advance(Interval);
        Assert.Single(host.Logged(EventIds.SurplusWorkers));
        host.Clock.Advance(Interval);
        Assert.Equal(2, host.Logged(EventIds.SurplusWorkers).Count);

        sources[2].Give(0);
        UntilStates(host, WorkerState.Running, WorkerState.Running, WorkerState.Running);
        host.Clock.Advance(Interval);
        host.Clock.Advance(Interval);
        Assert.Equal(2, host.Logged(EventIds.SurplusWorkers).Count);
    }

    [Fact]
    public async Task Surplus_AWorkerIsStillStarting_SaysNothing()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Workers = 2);
        await host.StartAsync();
        host.Sources.Next().Give();
        Waiting.Until(() => host.Orders.GetSnapshot().Workers.Any(static worker => worker.State == WorkerState.Standby));

        host.Clock.Advance(Interval);
        host.Clock.Advance(Interval);
        host.Clock.Advance(Interval);

        Assert.Empty(host.Logged(EventIds.SurplusWorkers));
    }

    [Fact]
    public async Task Surplus_ConsumerIsStopped_LooksNoMore()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Workers = 2);
        await StartAsync(host, [[0], []]);

        // This watch's and that of the topics' ids.
        Assert.Equal(2, host.Clock.Repeating);

        await host.Orders.StopAsync(TestContext.Current.CancellationToken).Soon();

        Assert.Equal(0, host.Clock.Repeating);
    }

    private static async Task<FakeSource[]> StartAsync(ConsumerHost host, int[][] partitions)
    {
        await host.StartAsync();
        var sources = partitions.Select(_ => host.Sources.Next()).OrderBy(static source => source.Worker).ToArray();
        foreach (var (source, given) in sources.Zip(partitions))
        {
            source.Give(given);
        }

        UntilStates(host, [.. partitions.Select(static given => given.Length == 0 ? WorkerState.Standby : WorkerState.Running)]);
        return sources;
    }

    private static void UntilStates(ConsumerHost host, params WorkerState[] states) =>
        Waiting.Until(() => host.Orders.GetSnapshot().Workers.Select(static worker => worker.State).SequenceEqual(states), $"The workers did not become {string.Join(", ", states)}.");
}

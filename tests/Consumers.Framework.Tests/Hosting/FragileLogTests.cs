using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>A log provider that throws loses its entries; records, workers, commits and stops go on.</summary>
public sealed class FragileLogTests
{
    private readonly FragileLogs _logs = new();

    [Fact]
    public async Task Retry_ProviderThrowsMeanwhile_RecordIsTriedAgainAndThoseBehindItAreHandled()
    {
        await using var host = Host(static options => options.Failures.Retry.Delay = TimeSpan.FromMilliseconds(1));
        host.Probe.Handler = (context, _) => context is { Offset.Value: 0, Attempt: <= 2 } ? throw new IOException("the shop is closed") : ValueTask.CompletedTask;
        var source = await host.StartAssignedAsync();
        _logs.Fails = static _ => true;
        _logs.FailsAtQuestions = true;

        source.Deliver(0, start: 0, count: 3);

        host.Clock.RunUntil(() => host.Orders.GetSnapshot().Handled == 3);
        Assert.NotEqual(0, _logs.Thrown);
        Assert.Equal(1, host.Sources.Calls);
    }

    [Fact]
    public async Task Block_ProviderThrowsAtTheEntryOfTheFailure_ReasonIsTheHandlersOwn()
    {
        await using var host = Host(static options => options.Failures.Retry.MaxAttempts = 1);
        _logs.Fails = static id => id is EventIds.AttemptFailed or EventIds.RecordBlocked;
        host.Probe.Handler = static (_, _) => throw new IOException("the shop is closed");
        var source = await host.StartAssignedAsync();

        source.Deliver(0, start: 0, count: 1);

        Waiting.Until(() => host.Worker.Partitions is [{ State: PartitionState.Blocked }]);
        Assert.Equal("IOException: the shop is closed", host.Worker.Partitions[0].Failing!.Reason);
        Assert.NotEqual(0, _logs.Thrown);
    }

    [Fact]
    public async Task Assigned_ProviderThrowsAtItsEntry_WorkerGoesOn()
    {
        await using var host = Host();
        _logs.Fails = static id => id == EventIds.Rebalanced;

        var source = await host.StartAssignedAsync();
        source.Deliver(0, start: 0, count: 2);

        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 2);
        Assert.Equal((1, 1), (_logs.Thrown, host.Sources.Calls));
        Assert.Equal(WorkerState.Running, host.Worker.State);
    }

    [Fact]
    public async Task Stop_ProviderThrowsFromThenOn_CommitsClosesAndStops()
    {
        await using var host = Host();
        var source = await host.StartAssignedAsync();
        source.Deliver(0, start: 0, count: 2);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 2);
        _logs.Fails = static _ => true;

        await host.Orders.StopAsync(TestContext.Current.CancellationToken).Soon();

        Assert.Equal(2, source.Commits[^1].Offset.Value);
        Assert.True(source.IsClosed);
        Assert.Equal(WorkerState.Stopped, host.Worker.State);
        Assert.NotEqual(0, _logs.Thrown);
    }

    [Fact]
    public async Task Scope_OneOfTwoProvidersThrows_TheOthersScopesAreOfTheirOwnRecord()
    {
        await using var host = Host();
        _logs.FailsAtQuestions = true;
        var depths = new List<int>();
        host.Services.Configure<FakeLogCollectorOptions>(options =>
        {
            options.OutputFormatter = record => record.Category == "application" ? $"{record.Scopes.Count}" : "";
            options.OutputSink = line =>
            {
                if (line.Length > 0)
                {
                    depths.Add(int.Parse(line, System.Globalization.CultureInfo.InvariantCulture));
                }
            };
        });
        host.Probe.Handler = (_, _) =>
        {
            Said(host.Host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("application"));
            return ValueTask.CompletedTask;
        };
        var source = await host.StartWithAsync(0, 1, 2);

        // One thread runs the three lanes one after another.
        source.Deliver(0, start: 0, count: 1);
        source.Deliver(1, start: 0, count: 1);
        source.Deliver(2, start: 0, count: 1);

        host.Clock.RunUntil(() => host.Orders.GetSnapshot().Handled == 3);
        Assert.Equal([1, 1, 1], depths);
    }

    private ConsumerHost Host(Action<KafkaConsumerOptions>? configure = null)
    {
        var host = ConsumerHost.OfOrders(configure);
        host.Services.AddSingleton(_logs.Provider);
        return host;
    }

    private static void Said(ILogger logger) => Talk.Said(logger);
}

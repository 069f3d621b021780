using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>A handler that cannot be made, and a record that is skipped, from the container to health.</summary>
public sealed class UnmadeHandlerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Deliver_DependencyThrowsWhileItIsMade_NothingIsCommittedAndHealthNamesIt(bool isRouted)
    {
        await using var host = new ConsumerHost().Section("orders").Configure("Kafka:Consumers:orders:Failures:WhenExhausted", "Skip")
            .Configure("Kafka:Consumers:orders:Failures:Retry:MaxAttempts", "1");
        var database = new Database { IsAway = true };
        host.Services.AddSingleton(database).AddScoped<Session>().AddHealthChecks().AddKafkaConsumers();
        if (isRouted)
        {
            host.Services.AddTransient<SessionHandler>();
            host.Services.AddKafkaConsumer("orders").Handle<SessionHandler>("placed");
        }
        else
        {
            host.Services.AddKafkaConsumer<SessionHandler>("orders");
        }

        var source = await host.StartAssignedAsync();
        source.Deliver(7, "a"u8.ToArray(), messageType: "placed");
        host.Clock.RunUntil(() => host.Logged(EventIds.HandlerStillNotMade).Count >= 2);

        var health = await ReadinessOf(host);
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Matches(
            "^SessionHandler cannot be made: TimeoutException: the database is away\\. Waiting for it since .*: orders\\[0\\] at offset 7; no record is given up for it\\.$", health.Description);
        Assert.Equal((0, PartitionState.NoHandler), (host.Orders.GetSnapshot().Handled, host.Worker.Partitions[0].State));
        Assert.Empty(source.Commits);
        Assert.Empty(host.Logged(EventIds.RecordSkipped));

        database.IsAway = false;

        host.Clock.RunUntil(() => source.Commits.Count > 0);
        Assert.Equal(8, source.Commits[0].Offset.Value);
        Waiting.Until(() => ReadinessOf(host).Result.Status == HealthStatus.Healthy);
    }

    [Fact]
    public async Task Deliver_RecordIsSkipped_HealthIsDegradedForAWhileAndNamesIt()
    {
        await using var host = ConsumerHost.OfOrders(
            static options =>
            {
                options.Failures.WhenExhausted = ExhaustedPolicy.Skip;
                options.Health.SkippedFor = TimeSpan.FromMinutes(1);
            });
        host.Services.AddHealthChecks().AddKafkaConsumers();
        host.Probe.Handler = static (context, _) => context.Offset.Value == 8 ? throw new PermanentFailureException("no such customer") : ValueTask.CompletedTask;
        var source = await host.StartAssignedAsync();
        source.Deliver(0, start: 7, count: 3);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 3);

        var health = await ReadinessOf(host);
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Equal(
            "1 record was skipped in the last 0 ms (Failures:WhenExhausted is Skip), the last at orders[0] offset 8, 0 ms ago: PermanentFailureException: no such customer.",
            health.Description);

        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var later = await ReadinessOf(host);
        Assert.Equal((HealthStatus.Healthy, 1L), (later.Status, later.Data["skipped"]));
    }

    /// <summary>To pass over tombstones is what the option says, and no failure.</summary>
    [Fact]
    public async Task Deliver_TombstoneThatTheOptionPassesOver_IsNoSkip()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Tombstones = TombstonePolicy.Skip);
        var source = await host.StartAssignedAsync();
        source.Deliver(7, value: null);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);

        Assert.Null(host.Orders.GetSnapshot().Skipped);
    }

    [Fact]
    public async Task Deliver_MessageTypeThatNobodyHandles_IsASkipLikeAnyOther()
    {
        await using var host = new ConsumerHost().Section("orders").Configure("Kafka:Consumers:orders:Failures:WhenExhausted", "Skip");
        host.Services.AddKafkaConsumer("orders").Handle<RawHandler>("placed");
        var source = await host.StartAssignedAsync();
        source.Deliver(7, "a"u8.ToArray(), messageType: "refunded");
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);

        Assert.Contains("No handler is registered for the message type", host.Orders.GetSnapshot().Skipped!.LastReason, StringComparison.Ordinal);
    }

    private static async Task<HealthReportEntry> ReadinessOf(ConsumerHost host)
    {
        var report = await host.Host.Services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(static check => check.Name == "kafka-consumer-orders", TestContext.Current.CancellationToken);
        return Assert.Single(report.Entries.Values);
    }

    private sealed class Database
    {
        private volatile bool _isAway;

        public bool IsAway
        {
            get => _isAway;
            set => _isAway = value;
        }
    }

    private sealed class Session
    {
        public Session(Database database)
        {
            if (database.IsAway)
            {
                throw new TimeoutException("the database is away");
            }
        }
    }

    private sealed class SessionHandler(Session session) : IKafkaHandler<byte[]>
    {
        public ValueTask HandleAsync(byte[] message, ConsumeContext context, CancellationToken cancellationToken)
        {
            Assert.NotNull(session);
            return ValueTask.CompletedTask;
        }
    }
}

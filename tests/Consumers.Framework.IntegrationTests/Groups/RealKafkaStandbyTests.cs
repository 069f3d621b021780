using System.Diagnostics;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Consumers.Framework.IntegrationTests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Testing;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>Scenario 31: more workers than partitions.</summary>
[RunsAlone]
public sealed class RealKafkaStandbyTests(TestBrokers brokers) : BrokerTests(brokers.Real, BrokerCapabilities.ConsumerProtocol)
{
    private const int Workers = 16;

    /// <summary>Of one core, for the clients of both.</summary>
    private const double MostCpu = 0.3;

    [Fact]
    public async Task Scenario31_MoreWorkersThanPartitions_StandByHealthyAndIdleAndAreNamedOnce()
    {
        await using var classic = await StartAsync(GroupProtocol.Classic);
        await using var consumerProtocol = await StartAsync(GroupProtocol.Consumer);
        TestConsumer[] all = [classic, consumerProtocol];
        Wait.Until(() => all.All(static consumer => consumer.Partitions.Count == 1
            && consumer.Consumer.GetSnapshot().Workers.Count(static worker => worker.State == WorkerState.Standby) == Workers - 1));

        using var process = Process.GetCurrentProcess();
        var window = TimeSpan.FromSeconds(Rounds.Count(10));
        var before = process.TotalProcessorTime;
        var startedAt = TimeProvider.System.GetTimestamp();
        Wait.Until(
            () => TimeProvider.System.GetElapsedTime(startedAt) > window && all.All(static consumer => Said(consumer).Count > 0), window + TimeSpan.FromSeconds(30));
        process.Refresh();
        var cpu = (process.TotalProcessorTime - before) / TimeProvider.System.GetElapsedTime(startedAt);
        TestContext.Current.TestOutputHelper?.WriteLine($"twice {Workers - 1} of {Workers} workers stand by; the process takes {cpu:P1} of a core ({cpu / Workers / 2:P2} a worker)");

        Assert.InRange(cpu, 0, MostCpu);
        foreach (var consumer in all)
        {
            Assert.Contains($"{Workers - 1} of {Workers} workers have no partition", Assert.Single(Said(consumer)).Message, StringComparison.Ordinal);
            var health = await consumer.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
            Assert.Equal(HealthStatus.Healthy, health.Status);
        }
    }

    private async Task<TestConsumer> StartAsync(GroupProtocol protocol) => await TestConsumer.StartAsync(
        Broker, await Broker.CreateTopicAsync(partitions: 1), KafkaBroker.UniqueName("group"), configure: static options => options.Workers = Workers,
        services: static services => services.AddHealthChecks().AddKafkaConsumers(), protocol: protocol);

    private static List<FakeLogRecord> Said(TestConsumer consumer) => [.. consumer.Logs.GetSnapshot().Where(static entry => entry.Id.Name == "SurplusWorkers")];
}

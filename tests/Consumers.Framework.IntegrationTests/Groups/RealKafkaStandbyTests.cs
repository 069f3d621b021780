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

    /// <summary>Of one core, for sixteen clients.</summary>
    private const double MostCpu = 0.3;

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Scenario31_MoreWorkersThanPartitions_StandByHealthyAndIdleAndAreNamedOnce(GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await using var consumer = await TestConsumer.StartAsync(
            Broker, topic, KafkaBroker.UniqueName("group"), configure: static options => options.Workers = Workers,
            services: static services => services.AddHealthChecks().AddKafkaConsumers(), protocol: protocol);
        Wait.Until(() => consumer.Consumer.GetSnapshot().Workers.Count(static worker => worker.State == WorkerState.Standby) == Workers - 1 && consumer.Partitions.Count == 1);

        using var process = Process.GetCurrentProcess();
        var window = TimeSpan.FromSeconds(Rounds.Count(10));
        var before = process.TotalProcessorTime;
        var startedAt = TimeProvider.System.GetTimestamp();
        Wait.Until(() => TimeProvider.System.GetElapsedTime(startedAt) > window && Said(consumer).Count > 0, window + TimeSpan.FromSeconds(30));
        process.Refresh();
        var cpu = (process.TotalProcessorTime - before) / TimeProvider.System.GetElapsedTime(startedAt);
        TestContext.Current.TestOutputHelper?.WriteLine($"{protocol}: {Workers - 1} of {Workers} workers stand by; the process takes {cpu:P1} of a core ({cpu / Workers:P2} a worker)");

        Assert.InRange(cpu, 0, MostCpu);
        Assert.Contains($"{Workers - 1} of {Workers} workers have no partition", Assert.Single(Said(consumer)).Message, StringComparison.Ordinal);
        var health = await consumer.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Healthy, health.Status);

        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 10);
        consumer.WaitUntilDone(10);
    }

    private static List<FakeLogRecord> Said(TestConsumer consumer) => [.. consumer.Logs.GetSnapshot().Where(static entry => entry.Id.Name == "SurplusWorkers")];
}

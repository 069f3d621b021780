using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Conformance;
using Consumers.Framework.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.IntegrationTests.Embedded;

/// <summary>Two workers on a broker that was started as <c>docs/testing.md</c> shows.</summary>
public sealed class EmbeddedWorkersTests
{
    [Fact]
    public async Task Start_TwoWorkersOnADefaultBroker_MeetInTheFirstRebalance()
    {
        await using var kafka = EmbeddedKafka.Start(new() { Topics = { ["orders"] = 4 } });
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(kafka.SettingsFor(TestConsumer.Name));
        builder.Services.AddSingleton(new TestHandlerBody((_, _, _) => ValueTask.CompletedTask));
        builder.Services.AddKafkaConsumer<TestHandler>(TestConsumer.Name, static options =>
        {
            options.Topics = ["orders"];
            options.GroupId = "billing";
            options.Workers = 2;
        });
        builder.Services.AddHealthChecks().AddKafkaConsumers();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var consumer = host.Services.GetRequiredService<IKafkaConsumers>()[TestConsumer.Name];

        await consumer.WaitForAssignmentAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal([2, 2], consumer.GetSnapshot().Workers.Select(static worker => worker.Partitions.Count));
        var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Healthy, health.Status);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }
}

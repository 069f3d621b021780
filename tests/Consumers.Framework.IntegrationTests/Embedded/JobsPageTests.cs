using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.IntegrationTests.Embedded;

/// <summary>The example of <c>docs/jobs.md</c>, run.</summary>
public sealed class JobsPageTests
{
    [Fact]
    public async Task Job_OfThePage_EndsWhenEverythingIsHandled()
    {
        await using var kafka = EmbeddedKafka.Start(new() { Topics = { ["orders"] = 3 } });
        using (var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers }).Build())
        {
            for (var id = 0; id < 30; id++)
            {
                producer.Produce(new TopicPartition("orders", id % 3), new() { Value = "an order" });
            }

            producer.Flush(TestContext.Current.CancellationToken);
        }

        var report = new Report();
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(kafka.SettingsFor("orders"));
        builder.Services.AddSingleton(report);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        await RunAsync(builder, patience.Token);

        Assert.Equal(30, report.Orders);
    }

    private static async Task RunAsync(HostApplicationBuilder builder, CancellationToken cancellationToken)
    {
        #region job
        builder.Services.AddKafkaConsumer<ReportHandler>("orders", options =>
        {
            options.Partitions["orders"] = [0, 1, 2];
            options.From = "Earliest";
            options.Until = "End";
        });
        using var host = builder.Build();
        await host.StartAsync(cancellationToken);
        await host.Services.GetRequiredService<IKafkaConsumers>()["orders"].WaitForCompletionAsync(cancellationToken);
        await host.StopAsync(cancellationToken);
        #endregion
    }

    public sealed class Report
    {
        private int _orders;

        public int Orders => Volatile.Read(ref _orders);

        public void Add() => Interlocked.Increment(ref _orders);
    }

    public sealed class ReportHandler(Report report) : IKafkaHandler<string>
    {
        public ValueTask HandleAsync(string order, ConsumeContext context, CancellationToken cancellationToken)
        {
            report.Add();
            return ValueTask.CompletedTask;
        }
    }
}

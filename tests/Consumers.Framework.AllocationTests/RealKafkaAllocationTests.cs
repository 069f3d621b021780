using System.Buffers.Binary;
using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.TestKit.Brokers;
using Consumers.Framework.TestKit.Records;
using Consumers.Framework.TestKit.Waiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

[assembly: AssemblyFixture(typeof(RealKafkaBroker))]

namespace Consumers.Framework.AllocationTests;

/// <summary>
/// What the whole process allocates while records flow through a host as a user would write it, without listeners. The process runs these
/// tests and no others: what those leave behind, a client that was given up for example, allocates too.
/// </summary>
public sealed class RealKafkaAllocationTests(RealKafkaBroker broker) : StartedBrokerTests(broker, BrokerCapabilities.Process)
{
    private const int Partitions = 4;
    private const int ValueSize = 100;
    private const double MostBytesPerRecord = 0.01;

    private const int Windows = 3;

    /// <summary>Wide enough that what the runtime allocates now and then, whatever the consumer does, is little of it.</summary>
    private static readonly int Window = RecordCount.Of(few: 2_000_000);

    private static readonly int WarmUp = Window / 5;

    /// <summary>The topic that each test reads, in a group of its own. Tests of a class run one after another.</summary>
    private static string? _topic;

    [Theory]
    [InlineData(CommitStrategy.Async)]
    [InlineData(CommitStrategy.Sync)]
    public Task SingletonOfRawPayloads_AllocatesNothing(CommitStrategy strategy) =>
        AssertNothingIsAllocatedAsync(strategy, static services => services.AddSingleton<RawHandler>().AddKafkaConsumer<RawHandler>("watched"));

    [Theory]
    [InlineData(CommitStrategy.Async)]
    [InlineData(CommitStrategy.Sync)]
    public Task SingletonOfStructs_AllocatesNothing(CommitStrategy strategy) => AssertNothingIsAllocatedAsync(strategy, static services =>
        services.AddSingleton<StampHandler>().AddKafkaConsumer<StampHandler>("watched").UseDeserializer(new Stamp.Deserializer()));

    private async Task AssertNothingIsAllocatedAsync(CommitStrategy strategy, Action<IServiceCollection> register)
    {
        _topic ??= await ProduceAsync(WarmUp + (Window * Windows));
        var watch = new AllocationWatch(WarmUp, Window, Windows);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(Broker.SettingsFor("watched"));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Kafka:Consumers:watched:Topics:0"] = _topic,
            ["Kafka:Consumers:watched:GroupId"] = KafkaBroker.UniqueName("group"),
            ["Kafka:Consumers:watched:Commit:Strategy"] = strategy.ToString(),
        });
        builder.Services.AddSingleton(watch);
        register(builder.Services);
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        var consumer = host.Services.GetRequiredService<IKafkaConsumers>()["watched"];
        Wait.Until(() => consumer.GetSnapshot().Workers[0].Partitions is { Count: Partitions } partitions
            && partitions.All(static partition => partition.State == PartitionState.BackPressure));
        watch.Gate.Set();
        await watch.Done.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{strategy}: {string.Join(", ", watch.Allocated)} bytes for {Window:N0} records each: {(double)watch.Allocated.Min() / Window:F4} a record");
        Assert.InRange((double)watch.Allocated.Min() / Window, 0, MostBytesPerRecord);
    }

    private async Task<string> ProduceAsync(int count)
    {
        var topic = await Broker.CreateTopicAsync(Partitions);
        using var producer = TestProducer.Build(Broker.BootstrapServers, static config =>
        {
            config.QueueBufferingMaxMessages = 1_000_000;
            config.EnableDeliveryReports = false;
            config.LingerMs = 20;
        });
        var value = new byte[ValueSize];
        var message = new Message<byte[]?, byte[]?> { Value = value };
        for (var number = 0; number < count; number++)
        {
            BinaryPrimitives.WriteInt64BigEndian(value, number);
            for (var sent = false; !sent;)
            {
                try
                {
                    producer.Produce(new TopicPartition(topic, number % Partitions), message);
                    sent = true;
                }
                catch (ProduceException<byte[]?, byte[]?> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Flush(TimeSpan.FromMilliseconds(100));
                }
            }
        }

        producer.Flush(TestContext.Current.CancellationToken);
        return topic;
    }
}

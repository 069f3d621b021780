using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Microsoft.Extensions.DependencyInjection;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Conformance;

/// <summary>Tests that run on any broker and over either source; the consumers that they start read through the source of the class.</summary>
public abstract class ConformanceTests(KafkaBroker broker, PollingSource source) : BrokerTests(broker)
{
    /// <summary>How records are read from the client.</summary>
    protected PollingSource Source => source;

    /// <summary>As <see cref="TestConsumer.StartAsync"/>, on the broker and over the source of the class.</summary>
    protected Task<TestConsumer> StartAsync(
        string? topic,
        string? group,
        Func<HandledRecord, ConsumeContext, CancellationToken, ValueTask>? handle = null,
        Action<KafkaConsumerOptions>? configure = null,
        Action<IServiceCollection>? services = null,
        GroupProtocol protocol = GroupProtocol.Classic,
        bool awaitAssignment = true) => TestConsumer.StartAsync(
            Broker, topic, group, handle,
            options =>
            {
                options.Polling.Source = source;
                configure?.Invoke(options);
            },
            services, protocol, awaitAssignment);
}

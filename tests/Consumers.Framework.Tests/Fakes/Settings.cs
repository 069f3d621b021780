using Consumers.Framework.Configuration;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>Settings of a consumer as validation leaves them.</summary>
internal static class Settings
{
    public static ConsumerSettings Create(Action<KafkaConsumerOptions>? configure = null, string name = "orders")
    {
        var options = new KafkaConsumerOptions { BootstrapServers = "none:1", Topics = ["orders"], GroupId = "billing" };
        configure?.Invoke(options);
        return new ConsumerSettings
        {
            Name = name,
            SectionPath = $"Kafka:Consumers:{name}",
            Options = options,
            CommitInterval = options.Commit.Interval ?? TimeSpan.FromMilliseconds(200),
            WorkerClients = [new Dictionary<string, string>()],
            NonDefaults = [],
        };
    }
}

using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Consumers.Framework.Testing;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.Published;

/// <summary>
/// A broker with a topic of orders: the embedded one, or the one of <c>--bootstrap-servers=host:port</c>. One thread.
/// </summary>
internal sealed class OrdersBroker(string[] arguments) : IAsyncDisposable
{
    public const int Partitions = 4;
    public const int Count = 400;
    private const string Option = "--bootstrap-servers=";

    private readonly EmbeddedKafka? _embedded = arguments.Any(static argument => argument.StartsWith(Option, StringComparison.Ordinal))
        ? null
        : EmbeddedKafka.Start(new() { GroupInitialRebalanceDelay = TimeSpan.FromMilliseconds(300) });

    public string Topic { get; } = $"orders-{Guid.NewGuid():N}";

    private string Servers => _embedded?.BootstrapServers ?? arguments.First(static argument => argument.StartsWith(Option, StringComparison.Ordinal))[Option.Length..];

    /// <summary>What the consumers need to know of it.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings(GroupProtocol protocol, params string[] consumers) =>
        _embedded?.SettingsFor(protocol, consumers) ?? new Dictionary<string, string?> { ["Kafka:BootstrapServers"] = Servers };

    /// <summary>Makes the topic and fills it.</summary>
    /// <returns>How many bytes the values have.</returns>
    public async Task<long> FillAsync(CancellationToken cancellationToken)
    {
        if (_embedded is not null)
        {
            _embedded.CreateTopic(Topic, Partitions);
        }
        else
        {
            using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Servers }).Build();
            await admin.CreateTopicsAsync([new TopicSpecification { Name = Topic, NumPartitions = Partitions, ReplicationFactor = 1 }]);
        }

        var bytes = 0L;
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = Servers, LingerMs = 5 }).Build();
        for (var id = 0; id < Count; id++)
        {
            var value = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new Order(id, $"customer {id % 7}", id / 4m), OrderJson.Default.Order);
            bytes += value.Length;
            producer.Produce(new TopicPartition(Topic, id % Partitions), new() { Key = $"customer {id % 7}", Value = value });
        }

        producer.Flush(cancellationToken);
        return bytes;
    }

    /// <summary>How many records a group has committed.</summary>
    public long Committed(string group)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = Servers, GroupId = group }).Build();
        var committed = consumer.Committed(Enumerable.Range(0, Partitions).Select(partition => new TopicPartition(Topic, partition)), TimeSpan.FromSeconds(10));
        return committed.Sum(static offset => Math.Max(0, offset.Offset.Value));
    }

    public ValueTask DisposeAsync() => _embedded?.DisposeAsync() ?? ValueTask.CompletedTask;
}

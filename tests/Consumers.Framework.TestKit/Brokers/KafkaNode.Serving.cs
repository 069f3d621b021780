using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Consumers.Framework.TestKit.Brokers;

/// <summary>What is asked of a node before clients come to it.</summary>
public sealed partial class KafkaNode
{
    private static readonly TimeSpan ServesWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AdminTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Starts the server, for the first time or after a kill, and returns when it serves.</summary>
    /// <exception cref="InvalidOperationException">It ended, or does not serve within a minute.</exception>
    public async Task ServeAsync()
    {
        Run();
        using var admin = BuildAdmin();
        using var late = new CancellationTokenSource(ServesWithin);
        while (!Serves(admin))
        {
            if (!IsRunning || late.IsCancellationRequested)
            {
                throw new InvalidOperationException($"Kafka does not serve:\n{ReadLogTail()}");
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    public async Task CreateTopicAsync(string topic, int partitions)
    {
        using var admin = BuildAdmin();
        await admin.CreateTopicsAsync(
            [new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }],
            new CreateTopicsOptions { RequestTimeout = AdminTimeout, OperationTimeout = AdminTimeout });
    }

    private IAdminClient BuildAdmin() =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = BootstrapServers, ReconnectBackoffMaxMs = 200 }).SetLogHandler(static (_, _) => { }).Build();

    // The port opens before the broker serves: an answer to a metadata request is what counts.
    private static bool Serves(IAdminClient admin)
    {
        try
        {
            return admin.GetMetadata(MetadataTimeout).Brokers.Count > 0;
        }
        catch (KafkaException)
        {
            return false;
        }
    }
}

using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Fleet.Backlog;

/// <summary>
/// The other arm: one hand-written <c>Consume()</c> loop for each worker, each with a thread and a client of its own. It commits nothing,
/// so that it stands still for the least time that the client can do: with a commit in the revocation, or the client's own there, what it
/// keeps waits for the client's next tick, a second.
/// </summary>
internal sealed class PlainLoops : IAsyncDisposable
{
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(50);

    // What the framework starts from (docs/configuration.md); everything else is the client's default.
    private static readonly Dictionary<string, string> ClientSettings = new()
    {
        ["fetch.queue.backoff.ms"] = "2",
        ["queued.min.messages"] = "5000",
        ["queued.max.messages.kbytes"] = "16384",
        ["check.crcs"] = "true",
    };

    private readonly List<Thread> _threads = [];
    private volatile bool _stopping;

    public static PlainLoops Start(IConfiguration configuration, BacklogMemberOptions settings, WatchedHandling handling, FlowWatch watch)
    {
        var consumer = configuration.GetSection($"Kafka:Consumers:{FrameworkMember.Consumer}");
        var loops = new PlainLoops();
        BacklogMember.TellJoining(watch);
        for (var worker = 0; worker < consumer.GetValue("Workers", 1); worker++)
        {
            var client = Build(configuration["Kafka:BootstrapServers"]!, consumer, settings, worker);
            var thread = new Thread(() => loops.Run(client, consumer["Topics:0"]!, handling)) { Name = $"loop {worker.ToString(CultureInfo.InvariantCulture)}" };
            loops._threads.Add(thread);
            thread.Start();
        }

        return loops;
    }

    public ValueTask DisposeAsync()
    {
        _stopping = true;
        _threads.ForEach(static thread => thread.Join());
        return ValueTask.CompletedTask;
    }

    private static IConsumer<Ignore, byte[]> Build(string bootstrapServers, IConfigurationSection consumer, BacklogMemberOptions settings, int worker)
    {
        var config = new ConsumerConfig(ClientSettings)
        {
            BootstrapServers = bootstrapServers,
            GroupId = consumer["GroupId"],
            ClientId = $"loop-{worker.ToString(CultureInfo.InvariantCulture)}",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
        };
        if (consumer["GroupProtocol"] == "Consumer")
        {
            config.GroupProtocol = GroupProtocol.Consumer;
        }
        else
        {
            config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky;
            if (consumer["HeartbeatInterval"] is { } heartbeat)
            {
                config.HeartbeatIntervalMs = (int)TimeSpan.Parse(heartbeat, CultureInfo.InvariantCulture).TotalMilliseconds;
            }
        }

        foreach (var changed in consumer.GetSection("Client").GetChildren())
        {
            config.Set(changed.Key, changed.Value);
        }

        return new ConsumerBuilder<Ignore, byte[]>(config)
            .SetPartitionsAssignedHandler((Action<IConsumer<Ignore, byte[]>, List<TopicPartition>>)(static (_, _) => { }))
            .SetPartitionsRevokedHandler((Action<IConsumer<Ignore, byte[]>, List<TopicPartitionOffset>>)(static (_, _) => { }))
            .Build();
    }

    private void Run(IConsumer<Ignore, byte[]> client, string topic, WatchedHandling handling)
    {
        client.Subscribe(topic);
        while (!_stopping)
        {
            if (client.Consume(PollTimeout) is { } result)
            {
                handling.Handle(result.Partition.Value, result.Offset.Value);
            }
        }

        client.Close();
        client.Dispose();
    }
}

using System.Globalization;
using Confluent.Kafka;

namespace Consumers.Framework.Configuration;

/// <summary>Makes the complete client configuration of each worker from validated options.</summary>
internal static class ClientSettings
{
    /// <summary>The settings of every worker.</summary>
    /// <param name="name">The consumer's name.</param>
    /// <param name="options">Its options.</param>
    /// <param name="instanceIds">The instance id of each worker; null for dynamic members.</param>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Build(
        string name, KafkaConsumerOptions options, IReadOnlyList<string>? instanceIds)
    {
        // The client wants a group even where it joins none and commits nothing; one that nobody else has disturbs nobody.
        var group = options.GroupId ?? $"{name}-without-group-{Guid.NewGuid():N}";
        return [.. Enumerable.Range(0, options.Workers).Select(worker => Worker(name, options, group, worker, instanceIds?[worker]))];
    }

    private static Dictionary<string, string> Worker(
        string name, KafkaConsumerOptions options, string group, int worker, string? instanceId)
    {
        var clientId = options.ClientId ?? name;
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["bootstrap.servers"] = options.BootstrapServers!,
            ["client.id"] = options.Workers > 1 ? $"{clientId}-{worker.ToString(CultureInfo.InvariantCulture)}" : clientId,
            ["group.id"] = group,
            ["group.protocol"] = options.GroupProtocol == GroupProtocol.Consumer ? "consumer" : "classic",
            ["max.poll.interval.ms"] = Milliseconds(options.MaxPollInterval),
            ["fetch.min.bytes"] = Number(options.FetchMinBytes),
            ["fetch.wait.max.ms"] = Milliseconds(options.FetchMaxWait),
            ["fetch.max.bytes"] = Number(options.FetchMaxBytes),
            ["max.partition.fetch.bytes"] = Number(options.MaxPartitionFetchBytes),
            ["socket.timeout.ms"] = Milliseconds(options.RequestTimeout),
            ["isolation.level"] = options.IsolationLevel == IsolationLevel.ReadUncommitted ? "read_uncommitted" : "read_committed",

            // The framework chooses where a partition starts and where it goes on: what the client does about it is silent.
            ["auto.offset.reset"] = "error",
            ["allow.auto.create.topics"] = "false",
            ["enable.auto.commit"] = "false",
            ["enable.auto.offset.store"] = "false",

            // Tells where a quiet partition stands, and what a transaction's end marker has passed.
            ["enable.partition.eof"] = "true",
        };

        if (options.FetchMaxBytes < 1_000_000)
        {
            // The client refuses a fetch limit below what it could produce, although a consumer produces nothing.
            settings["message.max.bytes"] = Number(options.FetchMaxBytes);
        }

        if (options.GroupProtocol == GroupProtocol.Classic)
        {
            settings["session.timeout.ms"] = Milliseconds(options.EffectiveSessionTimeout);
            settings["heartbeat.interval.ms"] = Milliseconds(options.EffectiveHeartbeatInterval);
            settings["partition.assignment.strategy"] = options.Assignor switch
            {
                PartitionAssignor.Range => "range",
                PartitionAssignor.RoundRobin => "roundrobin",
                _ => "cooperative-sticky",
            };
        }
        else if (options.RemoteAssignor is { } remote)
        {
            settings["group.remote.assignor"] = remote == RemoteAssignor.Range ? "range" : "uniform";
        }

        if (instanceId is not null)
        {
            settings["group.instance.id"] = instanceId;
        }

        if (options.InternalTopics == InternalTopics.Exclude)
        {
            settings["topic.blacklist"] = "^__.*";
        }

        foreach (var setting in ClientDefault.All)
        {
            settings[setting.Key] = setting.Value;
        }

        foreach (var (key, value) in options.Client)
        {
            settings[key] = value;
        }

        return settings;
    }

    private static string Milliseconds(TimeSpan time) => Number((long)time.TotalMilliseconds);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

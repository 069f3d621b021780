using Confluent.Kafka;
using Consumers.Framework.Benchmarks.Arms;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Benchmarks.Loops;

/// <summary>The settings of bare clients.</summary>
internal static class ClientConfigurations
{
    /// <summary>The client's own defaults, and where it connects. Offsets are the loop's to store or commit.</summary>
    public static ConsumerConfig ForLoop(ArmTarget target, bool tuned)
    {
        var config = new ConsumerConfig(target.ClientSettings.ToDictionary())
        {
            BootstrapServers = target.BootstrapServers,
            GroupId = target.Group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
        };
        if (tuned)
        {
            foreach (var setting in ClientDefault.All)
            {
                config.Set(setting.Key, setting.Value);
            }
        }

        return config;
    }
}

using Confluent.Kafka;
using Consumers.Framework.Benchmarks.Arms;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Benchmarks.Loops;

/// <summary>The settings of bare clients.</summary>
internal static class ClientConfigurations
{
    /// <summary>The client's own defaults, and where it connects. Offsets are the loop's to store or commit.</summary>
    /// <param name="target">What is consumed.</param>
    /// <param name="tuned">Whether with the settings that the framework starts from.</param>
    /// <param name="changed">What is other than all that.</param>
    public static ConsumerConfig ForLoop(ArmTarget target, bool tuned, IReadOnlyDictionary<string, string>? changed = null)
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

        foreach (var (key, value) in changed ?? new Dictionary<string, string>())
        {
            config.Set(key, value);
        }

        return config;
    }
}

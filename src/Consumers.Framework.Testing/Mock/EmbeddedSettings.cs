using System.Globalization;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Testing.Mock;

/// <summary>The timings of the embedded broker, and the configuration keys that make a consumer work well on it. Immutable.</summary>
internal sealed class EmbeddedSettings(string bootstrapServers, MockClusterStart start)
{
    // The broker answers an empty fetch only when its whole wait is over, even if records arrived meanwhile: it is the latency of a quiet topic.
    private static readonly TimeSpan FetchMaxWait = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestHeartbeatInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ShortestSession = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestSession = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public static MockClusterStart ToStart(EmbeddedKafkaOptions options)
    {
        if (options.Brokers is < 1 or > 9)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Brokers, "Brokers: 1 to 9.");
        }

        var session = ToMilliseconds(options.SessionTimeout, ShortestSession, nameof(options.SessionTimeout), LongestSession);
        var delay = ToMilliseconds(options.GroupInitialRebalanceDelay, TimeSpan.Zero, nameof(options.GroupInitialRebalanceDelay));
        if (delay >= session)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options),
                options.GroupInitialRebalanceDelay,
                $"GroupInitialRebalanceDelay must be below SessionTimeout ({options.SessionTimeout}): the waiting members would expire.");
        }

        var heartbeat = Math.Min(session / 3, (int)LongestHeartbeatInterval.TotalMilliseconds);
        return new MockClusterStart(options.Brokers, delay, session, heartbeat);
    }

    public static int ToMilliseconds(TimeSpan value, TimeSpan least, string name, TimeSpan? most = null)
    {
        var upper = most ?? Longest;
        return value >= least && value <= upper
            ? (int)value.TotalMilliseconds
            : throw new ArgumentOutOfRangeException(name, value, $"{name}: {least:c} to {upper:c}.");
    }

    public Dictionary<string, string?> For(GroupProtocol protocol, IEnumerable<string> consumers)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) { ["Kafka:BootstrapServers"] = bootstrapServers };
        foreach (var consumer in consumers)
        {
            settings[$"Kafka:Consumers:{consumer}:FetchMaxWait"] = Text(FetchMaxWait);
            if (protocol == GroupProtocol.Classic)
            {
                settings[$"Kafka:Consumers:{consumer}:SessionTimeout"] = Text(TimeSpan.FromMilliseconds(start.SessionTimeoutMs));
                settings[$"Kafka:Consumers:{consumer}:HeartbeatInterval"] = Text(TimeSpan.FromMilliseconds(start.HeartbeatIntervalMs));
            }
        }

        return settings;
    }

    private static string Text(TimeSpan value) => value.ToString("c", CultureInfo.InvariantCulture);
}

using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Polling;

/// <summary>
/// Passes the client's log on. A client that cannot reach a broker writes some twenty lines a second: of each kind one is passed on
/// every ten seconds, with the count of the others. Called by threads of the client.
/// </summary>
internal sealed class ClientLog(string consumer, int worker, ILoggerFactory loggers, TimeProvider time)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    /// <summary>The client's word for a connection that failed or ended.</summary>
    private const string BrokerFailed = "FAIL";

    private readonly ILogger _logger = loggers.CreateLogger("Consumers.Framework.Client");
    private readonly ConcurrentDictionary<string, Kind> _kinds = new(StringComparer.Ordinal);

    /// <summary>What it has said of brokers.</summary>
    public BrokerErrors Brokers { get; } = new(time);

    public void Write(LogMessage message)
    {
        if (message.Facility == BrokerFailed)
        {
            Brokers.Note(message.Message);
        }

        var kind = _kinds.GetOrAdd(message.Facility, static _ => new Kind());
        int suppressed;
        lock (kind)
        {
            var now = time.GetTimestamp();
            if (kind.WrittenAt is { } writtenAt && time.GetElapsedTime(writtenAt, now) < Silence)
            {
                kind.Suppressed++;
                return;
            }

            kind.WrittenAt = now;
            suppressed = kind.Suppressed;
            kind.Suppressed = 0;
        }

        var level = (LogLevel)message.LevelAs(LogLevelType.MicrosoftExtensionsLogging);
        Log.Client(_logger, level > LogLevel.Warning ? LogLevel.Warning : level, consumer, worker, message.Facility, message.Message, suppressed == 0 ? "" : $" (and {suppressed} like it)");
    }

    private sealed class Kind
    {
        public long? WrittenAt { get; set; }

        public int Suppressed { get; set; }
    }
}

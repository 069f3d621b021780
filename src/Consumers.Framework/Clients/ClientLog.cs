using System.Collections.Concurrent;
using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Clients;

/// <summary>
/// Passes the client's log on. A client that cannot reach a broker writes some twenty lines a second: of each kind one is passed on
/// every ten seconds, with the count of the others. Called by threads of the client.
/// </summary>
internal sealed class ClientLog(string consumer, int worker, IReadOnlyDictionary<string, string> settings, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    /// <summary>The client's word for a connection that failed or ended.</summary>
    private const string BrokerFailed = "FAIL";

    private readonly ConcurrentDictionary<string, Kind> _kinds = new(StringComparer.Ordinal);
    private volatile string? _mismatch;

    /// <summary>What it has said of brokers.</summary>
    public BrokerErrors Brokers { get; } = new(time);

    /// <summary>Why the last connection that failed may have failed: client and listener do not speak the same protocol. Null when it was something else.</summary>
    public string? Mismatch => _mismatch;

    public void Write(LogMessage message)
    {
        var mismatch = ProtocolMismatch.Explain(message.Message, settings.GetValueOrDefault("security.protocol")?.Trim());
        if (mismatch is not null || message.Facility == BrokerFailed)
        {
            _mismatch = mismatch;
        }

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
        var text = Secrets.Hide(message.Message, settings);
        Log.Client(logger, level > LogLevel.Warning ? LogLevel.Warning : level, consumer, worker, message.Facility, mismatch is null ? text : $"{text}: {mismatch}", suppressed == 0 ? "" : $" (and {suppressed} like it)");
    }

    private sealed class Kind
    {
        public long? WrittenAt { get; set; }

        public int Suppressed { get; set; }
    }
}

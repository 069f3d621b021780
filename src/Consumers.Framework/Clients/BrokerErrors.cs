using Confluent.Kafka;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Clients;

/// <summary>
/// What the client last said of each broker that it could not talk to. "All brokers are down" names neither a broker nor a cause: the lines
/// of the log before it do, and for a connection that the broker ends they alone do. Written by threads of the client; a lock guards it.
/// </summary>
internal sealed class BrokerErrors(TimeProvider time)
{
    /// <summary>The client holds back for half a minute what it says again in the same words.</summary>
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(1);

    private const int MostNamed = 3;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, (string Cause, long At)> _last = new(StringComparer.Ordinal);

    /// <summary>Takes note of a line like <c>[thrd:ssl://kafka-1:9093/1]: ssl://kafka-1:9093/1: SSL handshake failed: ... (after 2ms in state SSL_HANDSHAKE)</c>.</summary>
    public void Note(string line)
    {
        if (Parse(line) is var (broker, cause))
        {
            lock (_gate)
            {
                _last[broker] = (cause, time.GetTimestamp());
            }
        }
    }

    /// <summary>The error in words that name brokers as <c>host:port</c>, each with its cause, as far as the client has told.</summary>
    public string Explain(Error error)
    {
        if (error.Code != ErrorCode.Local_AllBrokersDown)
        {
            return Parse(error.Reason) is var (broker, cause) ? $"{broker}: {cause}" : error.Reason;
        }

        lock (_gate)
        {
            var now = time.GetTimestamp();
            var known = _last.Where(broker => time.GetElapsedTime(broker.Value.At, now) < Lasts).Select(static broker => $"{broker.Key}: {broker.Value.Cause}").ToList();
            return known.Count == 0 ? error.Reason
                : $"{error.Reason}: {string.Join("; ", known.Take(MostNamed))}{(known.Count > MostNamed ? $"; and {known.Count - MostNamed} more" : "")}";
        }
    }

    private static (string Broker, string Cause)? Parse(string line)
    {
        var rest = line.StartsWith("[thrd:", StringComparison.Ordinal) && line.IndexOf("]: ", StringComparison.Ordinal) is var end and > 0 ? line[(end + 3)..] : line;

        // The coordinator's connection has a name of its own before that of the broker.
        for (var names = 0; names < 2 && rest.IndexOf(": ", StringComparison.Ordinal) is var colon and > 0; names++)
        {
            var name = Address(rest[..colon]);
            rest = rest[(colon + 2)..];
            if (name is not null)
            {
                return (name, CauseOf(rest));
            }
        }

        return null;
    }

    /// <returns>The <c>host:port</c> in a name like <c>sasl_ssl://kafka-1:9093/bootstrap</c>; null when there is none.</returns>
    private static string? Address(string name)
    {
        var start = name.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0 ? scheme + 3 : 0;
        var end = name.IndexOf('/', start);
        var address = end < 0 ? name[start..] : name[start..end];
        return address.LastIndexOf(':') is var port and > 0 && int.TryParse(address[(port + 1)..], out _) ? address : null;
    }

    /// <summary>Without the time that it took, which differs each time.</summary>
    private static string CauseOf(string text)
    {
        var after = text.LastIndexOf(" (after ", StringComparison.Ordinal);
        if (after < 0)
        {
            return text;
        }

        var isGreeting = text.StartsWith("Disconnected", StringComparison.Ordinal) && text.AsSpan(after).Contains("APIVERSION_QUERY", StringComparison.Ordinal);
        return text[..after] + (isGreeting ? " before it had said anything: its listener may want another security.protocol" : "");
    }
}

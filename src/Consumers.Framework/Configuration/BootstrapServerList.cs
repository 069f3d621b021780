using System.Globalization;

namespace Consumers.Framework.Configuration;

/// <summary>Checks <c>BootstrapServers</c>: <c>host:port</c>, separated by commas.</summary>
internal static class BootstrapServerList
{
    private const string Path = "BootstrapServers";

    public static void Check(ConsumerCheck check)
    {
        if (check.Options.BootstrapServers is not { } list)
        {
            if (!check.AreFine("Cluster", Path) || check.HasFailureUnder(Path))
            {
                return;
            }

            var at = check.Options.Cluster is { } cluster ? $"Kafka:Clusters:{cluster}:{Path}" : $"Kafka:{Path}";
            check.Fail(Path, null, $"is required{check.Values.ErasedBy(Path)}",
                $"set {at}, or ConnectionStrings:{check.Options.Cluster ?? "kafka"}, to host:port of one broker or more");
            return;
        }

        foreach (var server in list.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Wrong(server) is { } wrong)
            {
                check.Fail(Path, wrong.Wrong, wrong.Fix);
            }
        }
    }

    /// <summary>The same brokers give the same text, in whatever order and case they are written.</summary>
    public static string Identity(string? list) => string.Join(
        ',', (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(server => server.ToLowerInvariant()).Order(StringComparer.Ordinal));

    private static (string Wrong, string Fix)? Wrong(string server)
    {
        const string Form = "write host:port, separated by commas, like kafka-1:9092,kafka-2:9092";
        if (server.Length == 0)
        {
            return ("has an empty entry", Form);
        }

        if (server.Contains("://", StringComparison.Ordinal))
        {
            // The listener form of a broker's own configuration. It is not printed whole: it can hold a password.
            var scheme = server[..server.IndexOf("://", StringComparison.Ordinal)];
            return ($"has an entry that starts with {scheme}://", $"{Form}; the protocol goes to Client:security.protocol");
        }

        if (server.Contains('@', StringComparison.Ordinal) || server.Contains(';', StringComparison.Ordinal)
            || server.Any(char.IsWhiteSpace))
        {
            return ("has an entry that is no host:port", Form);
        }

        var colon = server.LastIndexOf(':');
        var bracket = server.IndexOf(']', StringComparison.Ordinal);
        if (colon <= bracket || (!server.StartsWith('[') && server.Count(c => c == ':') > 1))
        {
            return server.Count(c => c == ':') > 1 && !server.StartsWith('[')
                ? ($"has the entry '{server}', an IPv6 address without brackets", $"write [{server}]:9092, or with its own port")
                : ($"has the entry '{server}' without a port", $"write {server}:9092, or with its own port");
        }

        var host = server[..colon];
        if (host.Length == 0 || (host.StartsWith('[') && !System.Net.IPAddress.TryParse(host.Trim('[', ']'), out _)))
        {
            return ($"has the entry '{server}' without a valid host", Form);
        }

        return int.TryParse(server[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is >= 1 and <= 65_535
            ? null
            : ($"has the entry '{server}' whose port is not 1 to 65535", Form);
    }
}

using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Interop;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Clients;

/// <summary>
/// One client for each cluster of the host, made when it is first needed and kept to the end: those of the workers come and go, an answer may
/// come after they have gone, and on their connections a question waits behind their fetches. Any thread.
/// </summary>
internal sealed class ClusterClients(ILoggerFactory loggers, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Made> _clients = new(StringComparer.Ordinal);
    private bool _isDisposed;

    /// <summary>The Admin client of a consumer's cluster. One that could not be made is tried again at the next call.</summary>
    /// <exception cref="InvalidOperationException">The client refuses its settings.</exception>
    /// <exception cref="ObjectDisposedException">The host is disposed of.</exception>
    public IAdminClient AdminOf(ConsumerSettings settings)
    {
        var key = KeyOf(settings);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (!_clients.TryGetValue(key, out var made))
            {
                made = Create(settings);
                _clients.Add(key, made);
            }

            return made.Admin;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            foreach (var made in _clients.Values)
            {
                made.Tokens?.Dispose();
                made.Admin.Dispose();
            }

            _clients.Clear();
        }
    }

    /// <summary>Consumers whose tokens come from callbacks of their own share no client.</summary>
    private static string KeyOf(ConsumerSettings settings) => string.Join('\n', settings.Options.Client
        .OrderBy(static setting => setting.Key, StringComparer.Ordinal)
        .Select(static setting => $"{setting.Key}={setting.Value}")
        .Prepend(settings.Options.BootstrapServers)
        .Append(settings.TokenSource?.Consumer));

    /// <summary>What is wrong with the connection the workers' clients say as well, and that a setting is a consumer's is no news.</summary>
    private Made Create(ConsumerSettings consumer)
    {
        var settings = consumer.Options.Client
            .Where(static setting => !setting.Key.StartsWith("dotnet.", StringComparison.Ordinal))
            .ToDictionary(static setting => setting.Key, static setting => setting.Value, StringComparer.Ordinal);
        settings["bootstrap.servers"] = consumer.Options.BootstrapServers!;
        var builder = new AdminClientBuilder(settings).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { });
        var tokens = ClientTokens.For(consumer, $"{consumer.Name}/admin", time, GuardedLogger.Create(loggers, "Consumers.Framework.Consumer"));
        if (tokens is not null)
        {
            builder.SetOAuthBearerTokenRefreshHandler((_, _) => tokens.Request());
        }

        var client = ConfluentLibrary.Create(builder);
        tokens?.Begin(client);
        return new Made(client, tokens);
    }

    private sealed record Made(IAdminClient Admin, ClientTokens? Tokens);
}

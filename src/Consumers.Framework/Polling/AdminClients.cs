using System.Collections.Concurrent;
using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Interop;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Polling;

/// <summary>
/// One client for each cluster of the host, made when it is first needed and kept to the end: those of the workers come and go, an answer may
/// come after they have gone, and on their connections a question waits behind their fetches. Any thread.
/// </summary>
internal sealed class AdminClients(ILoggerFactory loggers, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Made>> _clients = new(StringComparer.Ordinal);

    /// <summary>The client of a consumer's cluster.</summary>
    public IAdminClient Of(ConsumerSettings settings) => _clients.GetOrAdd(KeyOf(settings), _ => new Lazy<Made>(() => Create(settings))).Value.Client;

    public void Dispose()
    {
        foreach (var client in _clients.Values.Where(static client => client.IsValueCreated))
        {
            client.Value.Tokens?.Dispose();
            client.Value.Client.Dispose();
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

    private sealed record Made(IAdminClient Client, ClientTokens? Tokens);
}

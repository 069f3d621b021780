using System.Collections.Concurrent;
using Confluent.Kafka;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Polling;

/// <summary>
/// One client for each cluster of the host, made when it is first needed and kept to the end: those of the workers come and go, an answer may
/// come after they have gone, and on their connections a question waits behind their fetches. Any thread.
/// </summary>
internal sealed class AdminClients : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<IAdminClient>> _clients = new(StringComparer.Ordinal);

    /// <summary>The client of a consumer's cluster.</summary>
    public IAdminClient Of(ConsumerSettings settings) =>
        _clients.GetOrAdd(KeyOf(settings.Options), _ => new Lazy<IAdminClient>(() => Create(settings.Options))).Value;

    public void Dispose()
    {
        foreach (var client in _clients.Values.Where(static client => client.IsValueCreated))
        {
            client.Value.Dispose();
        }
    }

    private static string KeyOf(KafkaConsumerOptions options) =>
        string.Join('\n', options.Client.OrderBy(static setting => setting.Key, StringComparer.Ordinal).Select(static setting => $"{setting.Key}={setting.Value}").Prepend(options.BootstrapServers));

    /// <summary>What is wrong with the connection the workers' clients say as well, and that a setting is a consumer's is no news.</summary>
    private static IAdminClient Create(KafkaConsumerOptions options)
    {
        var settings = options.Client
            .Where(static setting => !setting.Key.StartsWith("dotnet.", StringComparison.Ordinal))
            .ToDictionary(static setting => setting.Key, static setting => setting.Value, StringComparer.Ordinal);
        settings["bootstrap.servers"] = options.BootstrapServers!;
        return new AdminClientBuilder(settings).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
    }
}

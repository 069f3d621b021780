using System.Collections.Concurrent;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Consumers.Framework.Configuration;
using Consumers.Framework.Interop;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Polling;

/// <summary>
/// Asks the clusters. One client for each cluster of the host, made when it is first needed and kept to the end: those of the workers come
/// and go, and an answer may come after they have gone. Any thread.
/// </summary>
internal sealed class TopicIds(ILoggerFactory loggers, TimeProvider time) : ITopicIds, IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<AdminClient>> _clients = new(StringComparer.Ordinal);

    public async Task<IReadOnlyDictionary<string, string>> OfAsync(ConsumerSettings settings, IReadOnlyCollection<string> topics)
    {
        var client = _clients.GetOrAdd(KeyOf(settings), _ => new Lazy<AdminClient>(() => Create(settings))).Value.Client;
        List<TopicDescription> descriptions;
        try
        {
            var result = await client.DescribeTopicsAsync(
                TopicCollection.OfTopicNames(topics), new DescribeTopicsOptions { RequestTimeout = settings.Options.RequestTimeout }).ConfigureAwait(false);
            descriptions = result.TopicDescriptions;
        }
        catch (DescribeTopicsException exception)
        {
            descriptions = exception.Results.TopicDescriptions;
        }

        return descriptions
            .Where(static topic => !topic.Error.IsError)
            .ToDictionary(static topic => topic.Name, static topic => topic.TopicId.ToString(), StringComparer.Ordinal);
    }

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
    private AdminClient Create(ConsumerSettings consumer)
    {
        var settings = consumer.Options.Client
            .Where(static setting => !setting.Key.StartsWith("dotnet.", StringComparison.Ordinal))
            .ToDictionary(static setting => setting.Key, static setting => setting.Value, StringComparer.Ordinal);
        settings["bootstrap.servers"] = consumer.Options.BootstrapServers!;
        var builder = new AdminClientBuilder(settings).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { });
        var tokens = ClientTokens.For(consumer, $"{consumer.Name}/topics", time, loggers.CreateLogger("Consumers.Framework.Consumer"));
        if (tokens is not null)
        {
            builder.SetOAuthBearerTokenRefreshHandler((_, _) => tokens.Request());
        }

        var client = ConfluentLibrary.Create(builder);
        tokens?.Begin(client);
        return new AdminClient(client, tokens);
    }

    private sealed record AdminClient(IAdminClient Client, ClientTokens? Tokens);
}

using System.Globalization;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Published;

/// <summary>
/// Three consumers of one topic: a group of two workers with JSON, keys and retries; a group of the protocol of KIP-848; and a job over
/// explicit partitions. It ends when each has handled and committed everything. One thread.
/// </summary>
internal sealed class PublishedRun(OrdersBroker broker, bool withJson)
{
    private readonly Tally _tally = new();

    /// <returns>What was seen, in one line.</returns>
    /// <exception cref="InvalidOperationException">Something was not as it should be.</exception>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var bytes = await broker.FillAsync(cancellationToken);
        using var telemetry = new SeenTelemetry();
        using var host = Build();
        await host.StartAsync(cancellationToken);
        var consumers = host.Services.GetRequiredService<IKafkaConsumers>();

        await consumers["report"].WaitForCompletionAsync(cancellationToken);
        Check("bytes of the job", bytes, _tally.Bytes);
        while (_tally.Orders < OrdersBroker.Count || _tally.Texts < OrdersBroker.Count || consumers["orders"].GetSnapshot().Workers.Any(static worker => worker.Partitions.Count == 0))
        {
            await Task.Delay(10, cancellationToken);
        }

        // The embedded broker refuses commits in a rebalance, and there is another one where the second worker was late.
        while (broker.Committed($"{broker.Topic}-classic") < OrdersBroker.Count)
        {
            await Task.Delay(100, cancellationToken);
        }

        var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancellationToken);
        Check("health", HealthStatus.Healthy, health.Status);
        await host.StopAsync(cancellationToken);

        Check("committed by the group", OrdersBroker.Count, broker.Committed($"{broker.Topic}-classic"));
        Check("committed by the group of KIP-848", OrdersBroker.Count, broker.Committed($"{broker.Topic}-consumer"));
        var (metrics, spans) = telemetry.Collect();
        Check("spans", true, spans >= 3 * OrdersBroker.Count);
        return string.Create(CultureInfo.InvariantCulture, $"passed: first record after {_tally.FirstAfter} ms, peak memory {PeakMemory()} MB, {metrics} metrics, {spans} spans");
    }

    private static void Check<T>(string what, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InvalidOperationException($"{what}: {actual} instead of {expected}");
        }
    }

    private static long PeakMemory() => Environment.OSVersion.Platform == PlatformID.Unix && File.Exists("/proc/self/status")
        ? long.Parse(File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024
        : System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64 >> 20;

    private IHost Build()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(broker.Settings(GroupProtocol.Classic, "orders", "report"));
        builder.Configuration.AddInMemoryCollection(broker.Settings(GroupProtocol.Consumer, "texts"));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Default"] = "Warning",
            ["Kafka:Consumers:orders:Topics:0"] = broker.Topic,
            ["Kafka:Consumers:orders:GroupId"] = $"{broker.Topic}-classic",
            ["Kafka:Consumers:orders:Workers"] = "2",
            ["Kafka:Consumers:orders:Failures:Retry:Delay"] = "00:00:00.01",
            ["Kafka:Consumers:texts:Topics:0"] = broker.Topic,
            ["Kafka:Consumers:texts:GroupId"] = $"{broker.Topic}-consumer",
            ["Kafka:Consumers:texts:GroupProtocol"] = "Consumer",
            ["Kafka:Consumers:texts:MaxConcurrency"] = "4",
            ["Kafka:Consumers:texts:Commit:Strategy"] = "Sync",
            ["Kafka:Consumers:report:Until"] = "End",
        });
        builder.Services.AddSingleton(_tally);
        builder.Services.AddSingleton<BytesHandler>();
        builder.Services.AddHealthChecks().AddKafkaConsumers();
        var orders = builder.Services.AddKafkaConsumer<OrderHandler>("orders");
        if (withJson)
        {
            orders.UseJson(OrderJson.Default);
        }

        builder.Services.AddKafkaConsumer<TextHandler>("texts");
        builder.Services.AddKafkaConsumer<BytesHandler>("report", options => options.Partitions[broker.Topic] = [0, 1, 2, 3]);
        return builder.Build();
    }
}

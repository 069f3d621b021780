using Consumers.Framework.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Orders.Web.Broker;
using Orders.Web.Feed;
using Orders.Web.Health;
using Orders.Web.Orders;

namespace Orders.Web.Status;

/// <summary>The data of the status page, <c>wwwroot/index.html</c>, which asks for it every second.</summary>
internal static partial class StatusEndpoints
{
    private static readonly DateTimeOffset _started = TimeProvider.System.GetUtcNow();

    /// <summary>Maps <c>/status.json</c>. Everything in it comes from memory; the broker is not asked.</summary>
    public static void MapStatus(this WebApplication app) => app.MapGet("/status.json", GetStatusAsync);

    /// <summary>Says where to look once the server listens.</summary>
    public static void LogWhereToLook(this WebApplication app) => app.Lifetime.ApplicationStarted.Register(() =>
    {
        var url = app.Urls.FirstOrDefault() ?? "http://localhost";
        LogAddresses(app.Logger, url, url.TrimEnd('/') + "/health");
    });

    private static async Task<IResult> GetStatusAsync(
        IKafkaConsumers consumers,
        HealthCheckService health,
        OrderBook book,
        FeedCounters counters,
        IOptions<FeedOptions> feed,
        IConfiguration configuration,
        HttpContext http)
    {
        var report = await health.CheckHealthAsync(http.RequestAborted);
        var now = TimeProvider.System.GetUtcNow();
        var status = new StatusReport
        {
            Time = now,
            UptimeSeconds = (now - _started).TotalSeconds,
            BootstrapServers = BrokerAddress.Find(configuration) ?? "",
            Health = HealthSummary.From(report),
            Consumers = [.. consumers.Select(static consumer => ConsumerStatus.From(consumer.GetSnapshot()))],
            Feed = new FeedStatus(feed.Value.Enabled, counters.Produced, counters.Failed, counters.LastError),
            Totals = book.GetTotals(),
            Recent = book.GetRecent(),
        };
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(status, StatusJson.Default.StatusReport);
    }

    [LoggerMessage(1, LogLevel.Information, "Status page: {Url}  Health: {HealthUrl}  Ctrl-C stops.")]
    private static partial void LogAddresses(ILogger logger, string url, string healthUrl);
}

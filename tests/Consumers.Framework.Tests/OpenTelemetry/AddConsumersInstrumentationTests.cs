using System.Diagnostics;
using Confluent.Kafka;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Consumers.Framework.Tests.OpenTelemetry;

[Collection(TelemetryCollection.Name)]
public class AddConsumersInstrumentationTests
{
    [Fact]
    public void Tracing_ExportsProcessSpans()
    {
        var exported = new List<Activity>();
        using var provider = Sdk.CreateTracerProviderBuilder().AddConsumersInstrumentation().AddInMemoryExporter(exported).Build();

        var activity = ConsumerActivities.StartProcess("otel", "billing", new TopicPartition("orders", 3), 41, headers: null);
        ConsumerActivities.Fail(activity, new TimeoutException("too slow"));
        ConsumerActivities.Stop(activity);
        // Other tests record spans of their own meanwhile: after the shutdown none is added to the list.
        provider.Shutdown();

        var span = Assert.Single(exported, static one => Equals(one.GetTagItem("consumers.consumer.name"), "otel"));
        Assert.Equal("process orders", span.DisplayName);
        Assert.Equal(ActivityStatusCode.Error, span.Status);
    }

    [Fact]
    public void Metrics_TwoConsumers_ExportBothUnderOneName()
    {
        var exported = new List<MetricSnapshot>();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var provider = Sdk.CreateMeterProviderBuilder()
            .AddConsumersInstrumentation()
            .AddInMemoryExporter(exported, static options => options.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = Timeout.Infinite)
            .Build();
        var meters = services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
        using var orders = new ConsumerMetrics(meters, "otel-orders", "billing", static () => Lagging(7));
        using var refunds = new ConsumerMetrics(meters, "otel-refunds", "billing", static () => Lagging(5));

        orders.Received("orders", 3);
        refunds.Received("refunds", 2);
        orders.Processed("orders", TimeSpan.FromMilliseconds(20), errorType: null);
        provider.ForceFlush();

        Assert.Equal([("otel-orders", 3L), ("otel-refunds", 2L)], Points(exported, "messaging.client.consumed.messages", static point => point.GetSumLong()));
        Assert.Equal([("otel-orders", 7L), ("otel-refunds", 5L)], Points(exported, "consumers.lag", static point => point.GetGaugeLastValueLong()));
        Assert.Equal([("otel-orders", 4L), ("otel-refunds", 4L)], Points(exported, "consumers.in_flight", static point => point.GetSumLong()));
        var histogram = exported.Last(static metric => metric.Name == "messaging.process.duration").MetricPoints[0];
        var bounds = new List<double>();
        foreach (var bucket in histogram.GetHistogramBuckets())
        {
            bounds.Add(bucket.ExplicitBound);
        }

        Assert.Equal([.. DurationBuckets.Processing.HistogramBucketBoundaries!, double.PositiveInfinity], bounds);
    }

    [Fact]
    public void Builder_Null_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(static () => ConsumersTracerProviderBuilderExtensions.AddConsumersInstrumentation(null!));
        Assert.Throws<ArgumentNullException>(static () => ConsumersMeterProviderBuilderExtensions.AddConsumersInstrumentation(null!));
    }

    private static ConsumerSnapshot Lagging(long lag) =>
        Snapshots.Consumer(Snapshots.Worker(WorkerState.Running, Snapshots.Partition() with { Lag = lag, InFlight = 4 }));

    private static IEnumerable<(string?, long)> Points(List<MetricSnapshot> exported, string name, Func<MetricPoint, long> value)
    {
        // One consumer's points must not have replaced the other's: they are looked for under the name as a backend does.
        var points = new List<(string?, long)>();
        foreach (var point in exported.Where(metric => metric.Name == name).SelectMany(static metric => metric.MetricPoints))
        {
            string? consumer = null;
            foreach (var tag in point.Tags)
            {
                consumer = tag.Key == "consumers.consumer.name" ? (string?)tag.Value : consumer;
            }

            if (consumer is "otel-orders" or "otel-refunds")
            {
                points.Add((consumer, value(point)));
            }
        }

        return points.Order();
    }
}

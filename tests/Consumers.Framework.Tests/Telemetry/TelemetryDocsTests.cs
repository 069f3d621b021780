using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using Confluent.Kafka;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Consumers.Framework.Tests.Docs;

namespace Consumers.Framework.Tests.Telemetry;

[Collection(TelemetryCollection.Name)]
public class TelemetryDocsTests
{
    [Fact]
    public void Metrics_AreTheTableOfTheDocs()
    {
        var (instruments, tags) = Measure();

        Assert.Equal(Constants(typeof(MetricNames)).Order(StringComparer.Ordinal), instruments.Select(static one => one.Name).Order(StringComparer.Ordinal));
        DocTable.Check(
            "telemetry.md",
            "metrics",
            ["Metric", "Type", "Unit", "Tags", "Meaning"],
            instruments.Select(one => new[] { $"`{one.Name}`", Kind(one), $"`{one.Unit}`", string.Join(", ", tags[one.Name].Select(static tag => $"`{tag}`")), one.Description ?? "" }));
    }

    [Fact]
    public void SpanTags_AreTheTableOfTheDocs()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == ConsumersTelemetry.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        var activity = ConsumerActivities.StartProcess("orders", "billing", new TopicPartition("orders", 3), 41, headers: null)!;
        ConsumerActivities.Fail(activity, new TimeoutException());
        ConsumerActivities.Stop(activity);

        DocTable.Check(
            "telemetry.md", "span-tags", ["Tag", "Example"], activity.TagObjects.Select(static tag => new[] { $"`{tag.Key}`", $"`{tag.Value}`" }));
    }

    [Fact]
    public void TagNames_AreAllUsed()
    {
        var (_, tags) = Measure();
        string[] ofSpansOnly = [TagNames.Offset];

        Assert.Equal(
            Constants(typeof(TagNames)).Order(StringComparer.Ordinal),
            tags.Values.SelectMany(static names => names).Concat(ofSpansOnly).Distinct().Order(StringComparer.Ordinal));
    }

    private static (List<Instrument> Instruments, Dictionary<string, List<string>> Tags) Measure()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var instruments = new List<Instrument>();
        var tags = new Dictionary<string, List<string>>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == meters)
                {
                    instruments.Add(instrument);
                    tags[instrument.Name] = [];
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, measured, _) => Add(instrument, measured));
        listener.SetMeasurementEventCallback<double>((instrument, _, measured, _) => Add(instrument, measured));
        listener.Start();
        var snapshot = Snapshots.Consumer(Snapshots.Worker(WorkerState.Running, Snapshots.Partition() with { Lag = 1 }));
        using var metrics = new ConsumerMetrics(meters, "orders", "billing", () => snapshot);
        ConsumerMetricsTests.CallAll(metrics, errorType: null);
        ConsumerMetricsTests.CallAll(metrics, "System.TimeoutException");
        listener.RecordObservableInstruments();
        return (instruments, tags);

        void Add(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> measured)
        {
            foreach (var tag in measured)
            {
                if (!tags[instrument.Name].Contains(tag.Key))
                {
                    tags[instrument.Name].Add(tag.Key);
                }
            }
        }
    }

    private static string Kind(Instrument instrument) => instrument switch
    {
        Counter<long> => "counter",
        Histogram<double> => "histogram",
        ObservableUpDownCounter<long> => "up-down counter, observed",
        ObservableGauge<long> or ObservableGauge<double> => "gauge, observed",
        _ => throw new NotSupportedException(instrument.GetType().Name),
    };

    private static IEnumerable<string> Constants(Type type) => type
        .GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(static field => field.IsLiteral)
        .Select(static field => (string)field.GetRawConstantValue()!);
}

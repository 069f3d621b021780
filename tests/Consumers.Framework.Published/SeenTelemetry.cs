using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Consumers.Framework.Published;

/// <summary>What OpenTelemetry exports of the consumers. The exporters run on any thread, one call at a time each.</summary>
internal sealed class SeenTelemetry : IDisposable
{
    private readonly MeterProvider _meters;
    private readonly TracerProvider _tracers;
    private readonly HashSet<string> _metrics = new(StringComparer.Ordinal);
    private int _spans;

    public SeenTelemetry()
    {
        _meters = Sdk.CreateMeterProviderBuilder().AddConsumersInstrumentation().AddReader(new BaseExportingMetricReader(new Exporter<Metric>(metric => _metrics.Add(metric.Name)))).Build();
        _tracers = Sdk.CreateTracerProviderBuilder().AddConsumersInstrumentation().AddProcessor(new SimpleActivityExportProcessor(new Exporter<Activity>(_ => _spans++))).Build();
    }

    /// <summary>Collects; so many different metrics, and so many spans.</summary>
    public (int Metrics, int Spans) Collect()
    {
        _meters.ForceFlush();
        return (_metrics.Count, _spans);
    }

    public void Dispose()
    {
        _meters.Dispose();
        _tracers.Dispose();
    }

    private sealed class Exporter<T>(Action<T> note) : BaseExporter<T>
        where T : class
    {
        public override ExportResult Export(in Batch<T> batch)
        {
            foreach (var item in batch)
            {
                note(item);
            }

            return ExportResult.Success;
        }
    }
}

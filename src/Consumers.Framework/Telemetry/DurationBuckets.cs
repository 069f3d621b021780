using System.Diagnostics.Metrics;

namespace Consumers.Framework.Telemetry;

/// <summary>The bucket bounds that the histograms advise, in seconds.</summary>
internal static class DurationBuckets
{
    /// <summary>Those of the semantic conventions.</summary>
    public static InstrumentAdvice<double> Requests { get; } = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    /// <summary>Handlers are quicker than requests and slower than requests.</summary>
    public static InstrumentAdvice<double> Processing { get; } = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    };

    /// <summary>Up to the longest drain that an option allows for in practice.</summary>
    public static InstrumentAdvice<double> Rebalances { get; } = new()
    {
        HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60],
    };
}

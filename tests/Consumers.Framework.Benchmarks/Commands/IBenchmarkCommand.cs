using Consumers.Framework.Benchmarks.Reports;

namespace Consumers.Framework.Benchmarks.Commands;

/// <summary>Something that can be measured.</summary>
internal interface IBenchmarkCommand
{
    /// <summary>The word on the command line.</summary>
    string Name { get; }

    /// <summary>What it measures.</summary>
    string Summary { get; }

    /// <summary>Measures it; each table comes as soon as it is known.</summary>
    IAsyncEnumerable<ReportSection> RunAsync(BenchmarkOptions options, BrokerSet brokers);
}

using Consumers.Framework.Benchmarks.Measuring;

namespace Consumers.Framework.Benchmarks.Loops;

/// <summary>Counts, as the handlers of the throughput arms do.</summary>
internal readonly struct CountingVisitor : IRecordVisitor
{
    public void Visit(ReadOnlySpan<byte> value) => RecordCounter.Count();
}

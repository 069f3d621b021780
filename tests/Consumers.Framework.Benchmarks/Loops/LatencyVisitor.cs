using Consumers.Framework.Benchmarks.Measuring;

namespace Consumers.Framework.Benchmarks.Loops;

/// <summary>Notes how old the record is, as the handler of the latency arm does.</summary>
internal readonly struct LatencyVisitor : IRecordVisitor
{
    public void Visit(ReadOnlySpan<byte> value) => LatencyLog.Note(value);
}

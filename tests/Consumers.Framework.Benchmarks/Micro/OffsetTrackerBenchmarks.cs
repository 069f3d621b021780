using BenchmarkDotNet.Attributes;
using Consumers.Framework.Offsets;

namespace Consumers.Framework.Benchmarks.Micro;

/// <summary>What it costs to know which offset may be committed.</summary>
public class OffsetTrackerBenchmarks
{
    private const int Batch = 1_000;

    private readonly OffsetTracker _tracker = new();
    private long _next;

    [Benchmark(OperationsPerInvoke = Batch)]
    public long CompletedInOrder()
    {
        var first = ReceiveBatch();
        for (var sequence = first; sequence < first + Batch; sequence++)
        {
            _tracker.Complete(sequence);
        }

        return _tracker.Watermark;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public long CompletedInReverse()
    {
        var first = ReceiveBatch();
        for (var sequence = first + Batch - 1; sequence >= first; sequence--)
        {
            _tracker.Complete(sequence);
        }

        return _tracker.Watermark;
    }

    private long ReceiveBatch()
    {
        var first = _tracker.Receive(_next++, leaderEpoch: 0);
        for (var record = 1; record < Batch; record++)
        {
            _tracker.Receive(_next++, leaderEpoch: 0);
        }

        return first;
    }
}

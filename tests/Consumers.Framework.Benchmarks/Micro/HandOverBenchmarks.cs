using BenchmarkDotNet.Attributes;

namespace Consumers.Framework.Benchmarks.Micro;

/// <summary>What the framework spends on a record between the client and the handler, and from there to the offset to commit.</summary>
public class HandOverBenchmarks : IDisposable
{
    private const int Batch = 1_000;

    private readonly OneLease _lease = new(Batch);

    [Benchmark(OperationsPerInvoke = Batch)]
    public long ReceiveHandleCommit() => _lease.HandleBatch();

    [GlobalCleanup]
    public void Dispose()
    {
        _lease.Dispose();
        GC.SuppressFinalize(this);
    }
}

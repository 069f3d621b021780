using System.Diagnostics;

namespace Consumers.Framework.Benchmarks.Measuring;

/// <summary>What one round of an arm came to, in its measured part. What a process cannot tell of another is null.</summary>
internal sealed record ThroughputFigures
{
    public required long Records { get; init; }

    public required double Seconds { get; init; }

    public double? CpuSeconds { get; init; }

    public long? AllocatedBytes { get; init; }

    public long? PeakResidentBytes { get; init; }

    /// <summary>The resident set's growth over the measured part.</summary>
    public long? GrownResidentBytes { get; init; }

    /// <summary>What the garbage collector has committed at the end.</summary>
    public long? ManagedHeapBytes { get; init; }

    public double RecordsPerSecond => Records / Seconds;

    public double? CpuNanosecondsPerRecord => CpuSeconds * 1e9 / Records;

    public double? AllocatedBytesPerRecord => (double?)AllocatedBytes / Records;

    public double? GrownResidentBytesPerRecord => (double?)GrownResidentBytes / Records;

    public static ThroughputFigures Between(in ResourceReading begin, in ResourceReading end)
    {
        using var self = Process.GetCurrentProcess();
        return new()
        {
            Records = end.Records - begin.Records,
            Seconds = Stopwatch.GetElapsedTime(begin.Timestamp, end.Timestamp).TotalSeconds,
            CpuSeconds = (end.Cpu - begin.Cpu).TotalSeconds,
            AllocatedBytes = end.AllocatedBytes - begin.AllocatedBytes,
            PeakResidentBytes = self.PeakWorkingSet64,
            GrownResidentBytes = end.WorkingSetBytes - begin.WorkingSetBytes,
            ManagedHeapBytes = GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes,
        };
    }
}

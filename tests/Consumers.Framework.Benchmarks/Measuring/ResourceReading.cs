using System.Diagnostics;

namespace Consumers.Framework.Benchmarks.Measuring;

/// <summary>What this process had used at one moment.</summary>
internal readonly record struct ResourceReading(long Records, long Timestamp, TimeSpan Cpu, long AllocatedBytes, long WorkingSetBytes)
{
    public static ResourceReading Take()
    {
        // The count and the time first, together: the rest takes a moment.
        var records = RecordCounter.Total;
        var timestamp = Stopwatch.GetTimestamp();
        return new(records, timestamp, Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true), Environment.WorkingSet);
    }
}

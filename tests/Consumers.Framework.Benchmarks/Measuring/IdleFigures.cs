namespace Consumers.Framework.Benchmarks.Measuring;

/// <summary>What a process used while no record came.</summary>
internal sealed record IdleFigures(double Seconds, double CpuSeconds, long AllocatedBytes, long ResidentBytes)
{
    /// <summary>Measures the time from now on; blocks the thread.</summary>
    public static IdleFigures Measure(TimeSpan length)
    {
        var begin = ResourceReading.Take();
        Thread.Sleep(length);
        var end = ResourceReading.Take();
        return new(
            System.Diagnostics.Stopwatch.GetElapsedTime(begin.Timestamp, end.Timestamp).TotalSeconds,
            (end.Cpu - begin.Cpu).TotalSeconds,
            end.AllocatedBytes - begin.AllocatedBytes,
            end.WorkingSetBytes);
    }
}

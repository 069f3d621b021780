using System.Diagnostics;

namespace Consumers.Framework.Benchmarks.Measuring;

/// <summary>
/// Watches the count of records from beside, on the calling thread: looking once in a millisecond costs the arm nothing, and every arm is
/// measured by the same code.
/// </summary>
internal static class RecordWatch
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    /// <summary>Measures from the end of the warm-up to the last record.</summary>
    /// <exception cref="ArmFailedException">Nothing came for too long, or the arm ended before it had everything.</exception>
    public static ThroughputFigures Measure(long warmUp, long records, CancellationToken ended)
    {
        WaitFor(warmUp, ended);
        var begin = ResourceReading.Take();
        WaitFor(records, ended);
        return ThroughputFigures.Between(begin, ResourceReading.Take());
    }

    private static void WaitFor(long records, CancellationToken ended)
    {
        var (seen, since) = (-1L, Stopwatch.GetTimestamp());
        while (true)
        {
            // In this order: an arm that ends after its last record has counted it by then.
            var hasEnded = ended.IsCancellationRequested;
            var total = RecordCounter.Total;
            if (total >= records)
            {
                return;
            }

            if (hasEnded)
            {
                throw new ArmFailedException($"it ended after {total} of {records} records");
            }

            if (total != seen)
            {
                (seen, since) = (total, Stopwatch.GetTimestamp());
            }
            else if (Stopwatch.GetElapsedTime(since) > LongestSilence)
            {
                throw new ArmFailedException($"no record came for {LongestSilence.TotalSeconds} s after {total} of {records}");
            }

            Thread.Sleep(Look);
        }
    }
}

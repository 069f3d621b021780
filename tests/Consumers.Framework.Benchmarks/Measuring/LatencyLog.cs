using System.Buffers.Binary;
using System.Diagnostics;

namespace Consumers.Framework.Benchmarks.Measuring;

/// <summary>
/// How old each record was when it was handled: its value begins with the producer's timestamp of the machine's monotonic clock, which all
/// processes share. Written by one thread.
/// </summary>
internal static class LatencyLog
{
    private static readonly long[] Ticks = new long[1_000_000];
    private static int _count;

    /// <summary>Writes the current time where <see cref="Note"/> reads it.</summary>
    public static void Stamp(Span<byte> value) => BinaryPrimitives.WriteInt64LittleEndian(value, Stopwatch.GetTimestamp());

    public static void Note(ReadOnlySpan<byte> value)
    {
        var now = Stopwatch.GetTimestamp();
        Ticks[_count++] = now - BinaryPrimitives.ReadInt64LittleEndian(value);
        RecordCounter.Count();
    }

    /// <summary>What was noted after the warm-up, in microseconds. Once every record was counted.</summary>
    public static double[] Microseconds(long warmUp) =>
        [.. Ticks.AsSpan((int)warmUp, _count - (int)warmUp).ToArray().Select(static ticks => ticks * 1e6 / Stopwatch.Frequency)];
}

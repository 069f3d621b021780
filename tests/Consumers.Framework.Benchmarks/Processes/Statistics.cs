namespace Consumers.Framework.Benchmarks.Processes;

/// <summary>Medians and percentiles.</summary>
internal static class Statistics
{
    /// <returns>Null when a value is missing.</returns>
    public static double? Median(IEnumerable<double?> values)
    {
        double?[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        return sorted.Length == 0 || sorted[0] is null ? null
            : sorted.Length % 2 == 1 ? sorted[middle]
            : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The least value that this part of all values does not exceed.</summary>
    public static double Percentile(double[] sorted, double part) => sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Length) - 1, 0, sorted.Length - 1)];
}

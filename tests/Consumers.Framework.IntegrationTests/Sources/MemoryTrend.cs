namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>How memory changes with the number of records: a line through the samples. One thread.</summary>
internal sealed class MemoryTrend
{
    private readonly List<(long Records, ProcessMemory Memory)> _samples = [];

    public IReadOnlyList<(long Records, ProcessMemory Memory)> Samples => _samples;

    public void Add(long records, ProcessMemory memory) => _samples.Add((records, memory));

    /// <summary>
    /// Bytes for each record, over the samples that come after the warm-up: the median of the slopes between any two of them (Theil-Sen),
    /// which one sample with a response under way does not move.
    /// </summary>
    public double Slope(long warmUp, Func<ProcessMemory, long> figure)
    {
        var samples = _samples.Where(sample => sample.Records >= warmUp).ToList();
        var slopes = new List<double>();
        for (var from = 0; from < samples.Count; from++)
        {
            for (var to = from + 1; to < samples.Count; to++)
            {
                slopes.Add((figure(samples[to].Memory) - figure(samples[from].Memory)) / (double)(samples[to].Records - samples[from].Records));
            }
        }

        slopes.Sort();
        return slopes[slopes.Count / 2];
    }
}

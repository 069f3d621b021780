namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>How memory changes with the number of records: a line through the samples by least squares. One thread.</summary>
internal sealed class MemoryTrend
{
    private readonly List<(long Records, ProcessMemory Memory)> _samples = [];

    public IReadOnlyList<(long Records, ProcessMemory Memory)> Samples => _samples;

    public void Add(long records, ProcessMemory memory) => _samples.Add((records, memory));

    /// <summary>Bytes for each record, over the samples that come after the warm-up.</summary>
    public double Slope(long warmUp, Func<ProcessMemory, long> figure)
    {
        var samples = _samples.Where(sample => sample.Records >= warmUp).ToList();
        var meanX = samples.Average(static sample => (double)sample.Records);
        var meanY = samples.Average(sample => (double)figure(sample.Memory));
        var covariance = samples.Sum(sample => (sample.Records - meanX) * (figure(sample.Memory) - meanY));
        return covariance / samples.Sum(sample => (sample.Records - meanX) * (sample.Records - meanX));
    }
}

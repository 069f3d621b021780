namespace Consumers.Framework.Benchmarks.Arms;

/// <summary>One row of a table: a way of consuming, measured once in every round.</summary>
/// <param name="Name">What the row is called.</param>
/// <param name="Work">What its process does.</param>
internal sealed record Arm(string Name, ArmWork Work)
{
    /// <summary>How much of the run's records it gets: slow arms get few, or a round would take minutes.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Its topic's partitions; null for as many as the run has.</summary>
    public int? Partitions { get; init; }

    /// <summary>What its process finds in its environment besides this one's.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the embedded broker is not Kafka enough for it.</summary>
    public bool NeedsRealKafka { get; init; }
}

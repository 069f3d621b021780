namespace Consumers.Framework.Fleet.History;

/// <summary>A rebalance callback of one worker.</summary>
/// <param name="At">When it was over.</param>
/// <param name="Worker">The worker.</param>
/// <param name="Kind">What it was about.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Partitions">Which partitions, as far as its log entry has named them.</param>
/// <param name="Count">How many partitions.</param>
internal sealed record RebalanceEntry(Moment At, int Worker, RebalanceKind Kind, TimeSpan Took, IReadOnlyList<int> Partitions, int Count)
{
    public Moment Began => At.Add(-Took);

    public bool NamesAll => Partitions.Count == Count;
}

namespace Consumers.Framework.Fleet.History;

/// <summary>What one process left behind.</summary>
internal sealed record MemberHistory
{
    public required string Name { get; init; }

    /// <summary>In the order of their times.</summary>
    public IReadOnlyList<HandlerEntry> Handler { get; init; } = [];

    public IReadOnlyList<RebalanceEntry> Rebalances { get; init; } = [];

    public IReadOnlyList<HealthEntry> Health { get; init; } = [];

    public IReadOnlyList<ResourceEntry> Resources { get; init; } = [];

    public IReadOnlyList<LogEntry> Log { get; init; } = [];
}

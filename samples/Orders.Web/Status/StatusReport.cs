using Orders.Web.Health;
using Orders.Web.Orders;

namespace Orders.Web.Status;

/// <summary>What the status page shows.</summary>
internal sealed record StatusReport
{
    public required DateTimeOffset Time { get; init; }

    public required double UptimeSeconds { get; init; }

    public required string BootstrapServers { get; init; }

    public required HealthSummary Health { get; init; }

    public required IReadOnlyList<ConsumerStatus> Consumers { get; init; }

    public required FeedStatus Feed { get; init; }

    public required IReadOnlyList<CountryTotal> Totals { get; init; }

    public required IReadOnlyList<BookedOrder> Recent { get; init; }
}

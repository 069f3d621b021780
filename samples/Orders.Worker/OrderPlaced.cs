namespace Orders.Worker;

/// <summary>The value of a record of the topic <c>orders</c>, as JSON.</summary>
public sealed record OrderPlaced(long Id, string? Customer, decimal Amount);

namespace Orders.Web.Orders;

/// <summary>The value of a record of the topic <c>orders</c>, as JSON.</summary>
internal sealed record OrderPlaced(long Id, string Customer, string Country, decimal Amount, DateTimeOffset PlacedAt);

namespace Orders.Web.Orders;

/// <summary>An order that was handled, and the record it came in.</summary>
internal sealed record BookedOrder(OrderPlaced Order, int Partition, long Offset);

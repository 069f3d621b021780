namespace Orders.Web.Orders;

/// <summary>The revenue of each country and the latest orders, in memory. Safe from any thread: both workers write, the page reads.</summary>
internal sealed class OrderBook
{
    private const int RecentCount = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, CountryTotal> _totals = new(StringComparer.Ordinal);
    private readonly Queue<BookedOrder> _recent = new(RecentCount + 1);

    /// <summary>Adds an order that was handled.</summary>
    public void Add(BookedOrder booked)
    {
        var order = booked.Order;
        lock (_lock)
        {
            var total = _totals.GetValueOrDefault(order.Country) ?? new CountryTotal(order.Country, 0, 0);
            _totals[order.Country] = total with { Orders = total.Orders + 1, Revenue = total.Revenue + order.Amount };
            _recent.Enqueue(booked);
            if (_recent.Count > RecentCount)
            {
                _recent.Dequeue();
            }
        }
    }

    /// <summary>The totals, highest revenue first.</summary>
    public IReadOnlyList<CountryTotal> GetTotals()
    {
        lock (_lock)
        {
            return [.. _totals.Values.OrderByDescending(static total => total.Revenue)];
        }
    }

    /// <summary>The latest orders, newest first.</summary>
    public IReadOnlyList<BookedOrder> GetRecent()
    {
        lock (_lock)
        {
            return [.. _recent.Reverse()];
        }
    }
}

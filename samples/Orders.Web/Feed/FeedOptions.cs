namespace Orders.Web.Feed;

/// <summary>Whether and how fast the sample produces orders. Configuration path: <c>Feed</c>.</summary>
internal sealed class FeedOptions
{
    /// <summary>Whether orders are produced. Default: false; the embedded broker turns it on.</summary>
    public bool Enabled { get; set; }

    /// <summary>Orders per second. Default: 100. Range: 1 to 10,000.</summary>
    public int OrdersPerSecond { get; set; } = 100;

    /// <summary>The topic to produce to. Default: <c>orders</c>.</summary>
    public string Topic { get; set; } = "orders";
}

namespace Orders.Web.Feed;

/// <summary>Registers the feed.</summary>
internal static class OrderFeedExtensions
{
    /// <summary>Adds the feed; it produces only when <c>Feed:Enabled</c> says so.</summary>
    public static void AddOrderFeed(this IServiceCollection services)
    {
        services.AddOptions<FeedOptions>()
            .BindConfiguration("Feed")
            .Validate(static feed => feed.OrdersPerSecond is >= 1 and <= 10_000, "Feed:OrdersPerSecond must be between 1 and 10,000.")
            .ValidateOnStart();
        services.AddSingleton<FeedCounters>();
        services.AddHostedService<OrderFeed>();
    }
}

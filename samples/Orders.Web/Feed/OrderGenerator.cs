using Orders.Web.Orders;

namespace Orders.Web.Feed;

/// <summary>Makes up orders. For one thread.</summary>
internal sealed class OrderGenerator(TimeProvider time)
{
    private const int CustomerCount = 200;

    private static readonly string[] _countries = ["Austria", "Brazil", "Canada", "Denmark", "France", "Germany", "India", "Japan"];

    private long _id;

    /// <summary>The next order: ids count up, a customer always orders from the same country.</summary>
    public OrderPlaced Next()
    {
        var customer = Random.Shared.Next(CustomerCount);

        // Squared, so that some countries order more than others.
        var country = _countries[customer * customer * _countries.Length / (CustomerCount * CustomerCount)];
        var amount = decimal.Round((decimal)(5 + (Random.Shared.NextDouble() * 195)), 2);
        return new OrderPlaced(++_id, $"customer-{customer:000}", country, amount, time.GetUtcNow());
    }
}

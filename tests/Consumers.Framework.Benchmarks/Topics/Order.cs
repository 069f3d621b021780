namespace Consumers.Framework.Benchmarks.Topics;

/// <summary>What the values of the benchmark's topics hold, as JSON.</summary>
public sealed class Order
{
    public long Id { get; set; }

    public string Customer { get; set; } = "";

    public decimal Amount { get; set; }

    public string Note { get; set; } = "";
}

namespace Orders.Web.Orders;

/// <summary>What one country has ordered since the start.</summary>
internal sealed record CountryTotal(string Country, long Orders, decimal Revenue);

namespace Consumers.Framework.Published;

/// <summary>The value of a record, as JSON.</summary>
internal sealed record Order(int Id, string Customer, decimal Amount);

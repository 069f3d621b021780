using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Orders.Web.Health;

/// <summary>One check of a health report.</summary>
internal sealed record CheckSummary(string Name, HealthStatus Status, string? Reason);

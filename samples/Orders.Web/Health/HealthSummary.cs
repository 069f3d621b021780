using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Orders.Web.Health;

/// <summary>A health report as JSON: the worst status, and each check with its reason.</summary>
internal sealed record HealthSummary(HealthStatus Status, IReadOnlyList<CheckSummary> Checks)
{
    public static HealthSummary From(HealthReport report) => new(
        report.Status,
        [.. report.Entries
            .Select(static entry => new CheckSummary(entry.Key, entry.Value.Status, entry.Value.Description ?? entry.Value.Exception?.Message))
            .OrderBy(static check => check.Status)
            .ThenBy(static check => check.Name, StringComparer.Ordinal)]);
}

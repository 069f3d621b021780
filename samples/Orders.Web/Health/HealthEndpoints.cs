using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Orders.Web.Health;

/// <summary>The health endpoints: all checks, and the two that an orchestrator asks.</summary>
internal static class HealthEndpoints
{
    /// <summary>Maps <c>/health</c>, <c>/health/live</c> (restart me?) and <c>/health/ready</c> (send me traffic?).</summary>
    public static void MapHealth(this WebApplication app)
    {
        Map(app, "/health", static _ => true);
        Map(app, "/health/live", static check => check.Tags.Contains("live"));
        Map(app, "/health/ready", static check => check.Tags.Contains("ready"));
    }

    private static void Map(WebApplication app, string path, Func<HealthCheckRegistration, bool> predicate) =>
        app.MapHealthChecks(path, new HealthCheckOptions
        {
            Predicate = predicate,
            ResponseWriter = static (context, report) => context.Response.WriteAsJsonAsync(
                HealthSummary.From(report), HealthJson.Default.HealthSummary, cancellationToken: context.RequestAborted),
        });
}

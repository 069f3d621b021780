using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Consumers.Framework.Health;

/// <summary>Collects what is wrong with one consumer during one evaluation. One thread.</summary>
internal sealed class HealthFindings
{
    private readonly List<(HealthStatus Status, string Reason)> _found = [];

    public void Unhealthy(string reason) => _found.Add((HealthStatus.Unhealthy, reason));

    public void Degraded(string reason) => _found.Add((HealthStatus.Degraded, reason));

    /// <summary>The worst status and all reasons, worst first, in the order in which they were found otherwise.</summary>
    public HealthVerdict ToVerdict(IReadOnlyDictionary<string, object> data)
    {
        if (_found.Count == 0)
        {
            return new HealthVerdict(HealthStatus.Healthy, [], data);
        }

        // OrderBy is stable; Unhealthy is the smallest value.
        var ordered = _found.OrderBy(static finding => finding.Status).ToList();
        return new HealthVerdict(ordered[0].Status, [.. ordered.Select(static finding => finding.Reason)], data);
    }
}

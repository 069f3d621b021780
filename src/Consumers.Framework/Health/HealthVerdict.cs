using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Consumers.Framework.Health;

/// <summary>What a check says of one consumer.</summary>
/// <param name="Status">The worst that was found.</param>
/// <param name="Reasons">Why it is not healthy, worst first, each a sentence that a person understands alone; empty when it is healthy.</param>
/// <param name="Data">What it was judged by.</param>
internal sealed record HealthVerdict(HealthStatus Status, IReadOnlyList<string> Reasons, IReadOnlyDictionary<string, object> Data)
{
    /// <summary>The reasons as one text.</summary>
    public string Description => string.Join(' ', Reasons);
}

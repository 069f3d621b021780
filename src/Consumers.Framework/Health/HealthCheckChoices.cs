using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Consumers.Framework.Health;

/// <summary>What one call of <c>AddKafkaConsumers</c> asked for. The last call counts.</summary>
internal sealed record HealthCheckChoices(HealthStatus? FailureStatus, IReadOnlyList<string> Tags, TimeSpan? Timeout);

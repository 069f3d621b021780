namespace Consumers.Framework.Telemetry;

/// <summary>
/// The names of all instruments. Those that begin with <c>messaging.</c> are of the OpenTelemetry semantic conventions
/// (https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/messaging/messaging-metrics.md); the others are ours.
/// </summary>
internal static class MetricNames
{
    public const string ConsumedMessages = "messaging.client.consumed.messages";
    public const string OperationDuration = "messaging.client.operation.duration";
    public const string ProcessDuration = "messaging.process.duration";

    public const string Commits = "consumers.commits";
    public const string Rebalances = "consumers.rebalances";
    public const string RebalancedPartitions = "consumers.rebalance.partitions";
    public const string RebalanceDuration = "consumers.rebalance.duration";
    public const string Retries = "consumers.retries";
    public const string SkippedMessages = "consumers.skipped.messages";
    public const string BlockedMessages = "consumers.blocked.messages";
    public const string StaleCompletions = "consumers.stale_completions";
    public const string AbandonedMessages = "consumers.abandoned.messages";
    public const string Resets = "consumers.resets";
    public const string ResetRecords = "consumers.reset.records";

    public const string Lag = "consumers.lag";
    public const string InFlight = "consumers.in_flight";
    public const string OldestInFlightAge = "consumers.oldest_in_flight.age";
    public const string Buffered = "consumers.buffered";
    public const string PausedPartitions = "consumers.paused_partitions";
    public const string BlockedPartitions = "consumers.blocked_partitions";
    public const string Workers = "consumers.workers";
}

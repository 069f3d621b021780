namespace Consumers.Framework.Telemetry;

/// <summary>
/// The names of all tags of metrics and spans. Those that begin with <c>messaging.</c> or <c>error.</c> are of the OpenTelemetry semantic
/// conventions (https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/messaging/kafka.md); the others are ours.
/// </summary>
internal static class TagNames
{
    public const string System = "messaging.system";
    public const string OperationName = "messaging.operation.name";
    public const string OperationType = "messaging.operation.type";
    public const string Destination = "messaging.destination.name";
    public const string Partition = "messaging.destination.partition.id";
    public const string Group = "messaging.consumer.group.name";
    public const string Offset = "messaging.kafka.offset";
    public const string ErrorType = "error.type";

    public const string Consumer = "consumers.consumer.name";
    public const string RebalanceKind = "consumers.rebalance.kind";
    public const string ResetPolicy = "consumers.reset.policy";
    public const string ResetDirection = "consumers.reset.direction";
    public const string PauseReason = "consumers.pause.reason";
    public const string WorkerState = "consumers.worker.state";
}

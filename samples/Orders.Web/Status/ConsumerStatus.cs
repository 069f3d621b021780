using Consumers.Framework.Diagnostics;

namespace Orders.Web.Status;

/// <summary>A consumer on the status page.</summary>
internal sealed record ConsumerStatus(
    string Name, string? Group, IReadOnlyList<string> Topics, bool Paused, long Handled, long Lag, IReadOnlyList<WorkerStatus> Workers)
{
    public static ConsumerStatus From(ConsumerSnapshot consumer) => new(
        consumer.Name,
        consumer.GroupId,
        consumer.Topics,
        consumer.Paused,
        consumer.Handled,
        consumer.Lag,
        [.. consumer.Workers.Select(WorkerStatus.From)]);
}

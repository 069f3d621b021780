using Confluent.Kafka;
using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Tests.Telemetry;

/// <summary>Snapshots as a consumer would give them.</summary>
internal static class Snapshots
{
    public static ConsumerSnapshot Consumer(params WorkerSnapshot[] workers) =>
        new() { Name = "orders", GroupId = "billing", Topics = ["orders"], Workers = workers };

    public static WorkerSnapshot Worker(WorkerState state, params PartitionSnapshot[] partitions) =>
        new() { Index = 0, State = state, SincePoll = TimeSpan.FromMilliseconds(20), Partitions = partitions };

    public static PartitionSnapshot Partition(PartitionState state = PartitionState.Running, string topic = "orders", int number = 0) =>
        new() { TopicPartition = new TopicPartition(topic, number), State = state };
}

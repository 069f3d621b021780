using Confluent.Kafka;
using Consumers.Framework.Benchmarks.Arms;

namespace Consumers.Framework.Benchmarks.Measuring;

/// <summary>Checks after a round that the group's committed offsets say what was handled.</summary>
internal static class CommitCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <param name="target">Whose group and topic; every record of the topic was handled.</param>
    /// <param name="uncommittedPerPartition">How many records of each partition may have been left uncommitted.</param>
    /// <exception cref="ArmFailedException">The offsets are others.</exception>
    public static void Run(ArmTarget target, int uncommittedPerPartition = 0)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = target.BootstrapServers, GroupId = target.Group }).Build();
        var partitions = Enumerable.Range(0, target.Partitions).Select(partition => new TopicPartition(target.Topic, partition));
        var committed = consumer.Committed(partitions, Timeout).Sum(offset => Math.Max(0, offset.Offset.Value));
        var least = target.Records - ((long)uncommittedPerPartition * target.Partitions);
        if (committed < least || committed > target.Records)
        {
            throw new ArmFailedException($"its group has committed {committed} of {target.Records} records");
        }
    }
}

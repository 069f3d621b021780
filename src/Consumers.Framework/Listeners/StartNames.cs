using Confluent.Kafka;

namespace Consumers.Framework.Listeners;

/// <summary>The start offsets of a log entry, written out only when somebody reads it, and not without end.</summary>
internal sealed class StartNames(IReadOnlyDictionary<TopicPartition, Offset> starts)
{
    private const int MostNamed = 50;

    public override string ToString() =>
        string.Join(", ", starts.Take(MostNamed).Select(static start => $"{start.Key.Topic}[{start.Key.Partition.Value}] at {start.Value}"))
        + (starts.Count > MostNamed ? $" and {starts.Count - MostNamed} more" : "");
}

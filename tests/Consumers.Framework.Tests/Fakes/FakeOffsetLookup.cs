using Confluent.Kafka;
using Consumers.Framework.Clients;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>Brokers that know what the test tells them, and answer nothing when it says so.</summary>
internal sealed class FakeOffsetLookup : IOffsetLookup
{
    public Dictionary<TopicPartition, Offset> Commits { get; } = [];

    public Dictionary<TopicPartition, WatermarkOffsets> Ranges { get; } = [];

    public Dictionary<string, int> Topics { get; } = [];

    /// <summary>The offset of the first record that is not older.</summary>
    public Func<Timestamp, Offset> AtTimestamp { get; set; } = static _ => Offset.End;

    /// <summary>How many members every group has; null when the brokers do not tell.</summary>
    public int? Members { get; set; } = 0;

    public bool Answers { get; set; } = true;

    /// <summary>Called before it is told what a partition holds.</summary>
    public Action<TopicPartition> Answering { get; set; } = static _ => { };

    /// <summary>How often each question was asked.</summary>
    public Dictionary<string, int> Asked { get; } = [];

    /// <summary>Called before it is told what is committed.</summary>
    public Action AnsweringCommitted { get; set; } = static () => { };

    public IReadOnlyDictionary<TopicPartition, Offset> Committed(IReadOnlyCollection<TopicPartition> partitions, TimeSpan timeout)
    {
        AnsweringCommitted();
        return Ask("committed") ? partitions.ToDictionary(static partition => partition, partition => Commits.GetValueOrDefault(partition, Offset.Unset)) : new Dictionary<TopicPartition, Offset>();
    }

    public WatermarkOffsets? Range(TopicPartition topicPartition, TimeSpan timeout)
    {
        Answering(topicPartition);
        return Ask("range") && Ranges.TryGetValue(topicPartition, out var range) ? range : null;
    }

    public Offset? AtTime(TopicPartition topicPartition, Timestamp time, TimeSpan timeout) => Ask("time") ? AtTimestamp(time) : null;

    public IReadOnlyDictionary<string, int>? PartitionCounts(IReadOnlyCollection<string>? topics, TimeSpan timeout) =>
        !Ask("counts") ? null
        : topics is null ? new Dictionary<string, int>(Topics)
        : topics.ToDictionary(static topic => topic, topic => Topics.GetValueOrDefault(topic));

    public int? MemberCount(string group, TimeSpan timeout) => Ask("members") ? Members : null;

    private bool Ask(string question)
    {
        Asked[question] = Asked.GetValueOrDefault(question) + 1;
        return Answers;
    }
}

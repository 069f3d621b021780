namespace Consumers.Framework.Benchmarks.Topics;

/// <summary>What a topic is filled with.</summary>
internal readonly record struct TopicContent(long Records, int Size, int Partitions)
{
    public string TopicName => $"bench-{Records}-of-{Size}-in-{Partitions}";
}

namespace Consumers.Framework.Configuration;

/// <summary>How the broker spreads partitions over the members of a KIP-848 group. The group uses the one that most of its members name.</summary>
public enum RemoteAssignor
{
    /// <summary>Balanced, and as few partitions as possible move. Kafka's <c>UniformAssignor</c>.</summary>
    Uniform,

    /// <summary>Equal partition numbers of several topics go to the same member. Kafka's <c>RangeAssignor</c>.</summary>
    Range,
}

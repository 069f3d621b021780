using Confluent.Kafka;

namespace Consumers.Framework;

/// <summary>A commit that a handler asked for did not happen: the partition was taken away first. The record may be repeated by its next owner.</summary>
public sealed class CommitFailedException : Exception
{
    /// <summary>Creates the exception without a reason; prefer the overloads that give one.</summary>
    public CommitFailedException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was not committed and why.</param>
    public CommitFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was not committed and why.</param>
    /// <param name="innerException">The client's error.</param>
    public CommitFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal CommitFailedException(TopicPartitionOffset offset, string reason)
        : base($"{offset.Topic}[{offset.Partition.Value}] was not committed up to offset {offset.Offset.Value}: {reason}") => TopicPartitionOffset = offset;

    /// <summary>What was not committed; null when the commit named no partition.</summary>
    public TopicPartitionOffset? TopicPartitionOffset { get; }
}

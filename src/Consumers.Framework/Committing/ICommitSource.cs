using Confluent.Kafka;

namespace Consumers.Framework.Committing;

/// <summary>One partition that the committer commits for, while it is owned. Any thread.</summary>
internal interface ICommitSource
{
    TopicPartition TopicPartition { get; }

    /// <summary>What the committer knows of it.</summary>
    CommitTicket Ticket { get; }

    /// <summary>Whether somebody waits for its commit.</summary>
    bool CommitIsUrgent { get; }

    /// <summary>Whether something is handled and neither committed nor given up.</summary>
    bool HasUncommitted { get; }

    /// <summary>Without the lock: the commit of one that is being taken away does not wait, and one that was taken away has none.</summary>
    LeaseState State { get; }

    /// <summary>How many lanes wait for a commit; without a lock, so that it is no more than a hint.</summary>
    int ParkedLanes { get; }

    /// <summary>Committer: what to commit now, noted as sent; null when there is nothing, or it was taken away.</summary>
    CommitPoint? NextCommit();

    /// <summary>Committer: the broker acknowledged. A partition that was taken away meanwhile does not care.</summary>
    /// <returns>How many lanes waited for that and go on.</returns>
    int Acknowledge(long nextOffset);

    /// <summary>Committer: the broker did not acknowledge. What is not acknowledged stays to be committed.</summary>
    void Refused();
}

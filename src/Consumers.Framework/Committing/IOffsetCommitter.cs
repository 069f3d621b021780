using Confluent.Kafka;

namespace Consumers.Framework.Committing;

/// <summary>The one thing that the committer may do with a client. Called by the committer's thread only, one call at a time.</summary>
internal interface IOffsetCommitter
{
    /// <summary>
    /// Sends one commit and waits for the broker's answer, however long that takes: a commit whose outcome is unknown must not be
    /// followed by another. Whoever cannot wait so long gives the thread up.
    /// </summary>
    CommitReply Commit(IReadOnlyList<CommitPoint> points);
}

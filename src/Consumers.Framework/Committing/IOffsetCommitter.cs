namespace Consumers.Framework.Committing;

/// <summary>The one thing that the committer may do with a client. Called by the committer's thread only, one call at a time.</summary>
internal interface IOffsetCommitter
{
    /// <summary>
    /// Sends one commit and waits for the broker's answer, however long that takes: a commit whose outcome is unknown must not be
    /// followed by another.
    /// </summary>
    /// <param name="points">What to commit, one point for each lease, in no order. The list is used again for the next commit.</param>
    /// <param name="reply">
    /// Everything in it counts as accepted: only what the broker refused is written, point by point where its answer tells them apart.
    /// It is used again as well, so that a commit that succeeds allocates nothing.
    /// </param>
    /// <returns>False when the client was given up before the answer came; then nothing else is ever sent.</returns>
    bool Commit(IReadOnlyList<CommitPoint> points, CommitReply reply);
}

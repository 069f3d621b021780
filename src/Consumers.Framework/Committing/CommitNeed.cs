namespace Consumers.Framework.Committing;

/// <summary>What the committer knows of a lease.</summary>
internal enum CommitNeed
{
    /// <summary>Nothing: the lease has to say so when there is something to commit.</summary>
    None,

    /// <summary>There is something, and nobody waits for it.</summary>
    Progress,

    /// <summary>A lane, a handler or the poll thread waits for it.</summary>
    Urgent,
}

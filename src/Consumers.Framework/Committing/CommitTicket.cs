namespace Consumers.Framework.Committing;

/// <summary>A source's place in the <see cref="CommitSchedule"/>, guarded by that one's lock but for what says otherwise.</summary>
internal sealed class CommitTicket
{
    private volatile CommitNeed _need;

    /// <summary>What the committer knows. Read by any thread.</summary>
    public CommitNeed Need
    {
        get => _need;
        set => _need = value;
    }

    /// <summary>Whether the source is in the schedule.</summary>
    public bool IsScheduled { get; set; }

    /// <summary>The series of refusals; null when the last commit was accepted. Committer's thread only.</summary>
    public CommitBackoff? Backoff { get; set; }
}

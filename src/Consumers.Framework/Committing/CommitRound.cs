using Confluent.Kafka;
using Consumers.Framework.Rebalancing;

namespace Consumers.Framework.Committing;

/// <summary>
/// What the broker refused of the requests of one round: one request for everything, or one for each partition. It is judged as a
/// whole, so that a partition that succeeds does not hide one that fails. Committer's thread only.
/// </summary>
internal sealed class CommitRound
{
    private readonly List<CommitPoint> _refused = [];

    public bool IsEmpty { get; private set; } = true;

    public CommitVerdict Worst { get; private set; }

    /// <summary>The error behind <see cref="Worst"/>.</summary>
    public Error? Error { get; private set; }

    /// <summary>Where <see cref="Worst"/> was met first.</summary>
    public CommitPoint WorstPoint { get; private set; }

    public int RefusedCount => _refused.Count;

    /// <summary>Whether somebody waits for a commit that was refused.</summary>
    public bool IsUrgent => _refused.Exists(static point => point.Lease.CommitIsUrgent || point.Lease.State == LeaseState.Draining);

    /// <summary>Whether everything that was refused has changed hands meanwhile, so that the answer is about a membership that is over.</summary>
    public bool IsStale => _refused.TrueForAll(static point => point.Lease.State == LeaseState.Closed);

    public void Begin()
    {
        _refused.Clear();
        IsEmpty = true;
        Worst = CommitVerdict.Acknowledged;
        Error = null;
    }

    public void Sent() => IsEmpty = false;

    public void Refused(CommitVerdict verdict, Error error, in CommitPoint point)
    {
        _refused.Add(point);
        if (verdict > Worst)
        {
            Worst = verdict;
            Error = error;
            WorstPoint = point;
        }
    }
}

using Confluent.Kafka;

namespace Consumers.Framework.Committing;

/// <summary>What came of one request. Committer's thread only; made once and used for every request.</summary>
internal sealed class CommitRound
{
    public int Accepted { get; private set; }

    public int Refused { get; private set; }

    /// <summary>How many lanes waited for this commit and may go on.</summary>
    public int FreedLanes { get; private set; }

    /// <summary>How long the answer took.</summary>
    public TimeSpan Duration { get; set; }

    /// <summary>The worst refusal.</summary>
    public CommitVerdict Worst { get; private set; }

    /// <summary>The error behind <see cref="Worst"/>.</summary>
    public Error? Error { get; private set; }

    /// <summary>The first point whose source did not fail before and does now; null when there is none.</summary>
    public CommitPoint? NewlyFailing { get; private set; }

    /// <summary>Why that one failed.</summary>
    public Error? NewError { get; private set; }

    /// <summary>
    /// Whether the membership has ended of a source that is still ours. When all of them have changed hands meanwhile, the answer is
    /// about a membership that is over: the client has called back already, and may have rejoined.
    /// </summary>
    public bool EndsMembership { get; private set; }

    public void Begin()
    {
        Accepted = 0;
        FreedLanes = 0;
        Duration = TimeSpan.Zero;
        Refused = 0;
        Worst = CommitVerdict.Acknowledged;
        Error = null;
        NewlyFailing = null;
        NewError = null;
        EndsMembership = false;
    }

    public void Accept(int freedLanes)
    {
        Accepted++;
        FreedLanes += freedLanes;
    }

    public void Refuse(CommitVerdict verdict, Error error, in CommitPoint point)
    {
        Refused++;
        if (verdict > Worst)
        {
            Worst = verdict;
            Error = error;
        }

        EndsMembership |= verdict == CommitVerdict.Fenced || (verdict == CommitVerdict.Lost && point.Source.State != LeaseState.Closed);
        if (verdict == CommitVerdict.Failed && NewlyFailing is null && point.Source.Ticket.Backoff is not { IsFailing: true })
        {
            NewlyFailing = point;
            NewError = error;
        }
    }
}

using Consumers.Framework.Configuration;
using Consumers.Framework.Offsets;

namespace Consumers.Framework.Committing;

/// <summary>
/// What a commit strategy asks of one lease: which records may start before the broker has acknowledged earlier ones, what may be
/// committed now, and whether somebody waits for it. Every member is called under the lease's lock.
/// </summary>
internal abstract class CommitGate
{
    protected CommitGate(OffsetTracker tracker) => Tracker = tracker;

    protected OffsetTracker Tracker { get; }

    /// <summary>The offset that the broker acknowledged last; null before the first acknowledgement.</summary>
    public long? Acknowledged { get; private set; }

    /// <summary>The first offset that was received: nothing below it is this lease's to commit.</summary>
    protected long? Start { get; private set; }

    /// <summary>Records whose outcome is final and that no acknowledged commit covers.</summary>
    public long HandledNotAcknowledged => Math.Max(0, _handledRecords - _acknowledgedRecords);

    /// <summary>Records whose outcome is final and that no commit covers that was sent.</summary>
    protected long HandledNotSent => Math.Max(0, _handledRecords - Math.Max(_coveredAtSend, _acknowledgedRecords));

    /// <summary>Records whose outcome is final behind one that is not: no commit can cover them yet.</summary>
    protected long HandledAhead => Math.Max(0, _handledRecords - Tracker.BelowWatermark);

    private long _handledRecords;
    private long _coveredAtSend;
    private long _acknowledgedRecords;

    /// <summary>The next offset that may be committed; null when there is none above the acknowledged one.</summary>
    public long? Committable
    {
        get
        {
            if (!Tracker.HasWatermark)
            {
                return null;
            }

            var target = Target;
            return target > (Acknowledged ?? Start ?? long.MinValue) ? target : null;
        }
    }

    /// <summary>Whether a lane or a handler waits for the broker's answer, or soon will, so that the commit is sent at once.</summary>
    public abstract bool Urgent { get; }

    /// <summary>Whether fetching should stop until more is committed.</summary>
    public virtual bool HoldsFetching => false;

    /// <summary>What a drain has to run although it has not started: records below this offset are committed already.</summary>
    public virtual long RunBeforeDrained => long.MinValue;

    /// <summary>Whether a drain ends with a commit of what was handled.</summary>
    public virtual bool CommitsWhenDrained => true;

    /// <summary>Up to where the strategy would commit, were nothing committed yet.</summary>
    protected virtual long Target => Tracker.Watermark;

    /// <summary>How many records a commit up to the target covers.</summary>
    protected virtual long Covered => Tracker.BelowWatermark;

    /// <summary>A slice of a poll was received; <paramref name="end"/> is the offset after its last record.</summary>
    public virtual void BatchReceived(long start, long end) => Start ??= start;

    /// <summary>Whether the record may go to its handler now. A lane that may not asks again after the next acknowledgement.</summary>
    /// <param name="offset">The record's offset.</param>
    /// <param name="laneCompleted">The last record of the same lane that is final; null when there is none.</param>
    /// <param name="now">A timestamp of the time provider.</param>
    public abstract bool MayStart(long offset, long? laneCompleted, long now);

    /// <summary>
    /// How far a lane that is alone in its lease may go on after the record that <see cref="MayStart"/> has just allowed. Whatever happens
    /// meanwhile only widens it.
    /// </summary>
    public abstract RunLimit Run { get; }

    /// <summary>The outcome of records is final; <paramref name="last"/> is the offset of the last of them in their lane.</summary>
    public virtual void Completed(long count, long last) => _handledRecords += count;

    /// <summary>A commit up to <see cref="Committable"/> is being sent.</summary>
    public virtual void Sent() => _coveredAtSend = Covered;

    /// <summary>The broker acknowledged. Never moves back.</summary>
    public virtual void Acknowledge(long nextOffset)
    {
        _acknowledgedRecords = Math.Max(_coveredAtSend, _acknowledgedRecords);
        Acknowledged = Math.Max(nextOffset, Acknowledged ?? long.MinValue);
    }

    /// <summary>The commit that was sent did not succeed, or its outcome is unknown.</summary>
    public virtual void Refused()
    {
    }

    public static CommitGate Create(ConsumerSettings settings, OffsetTracker tracker, TimeProvider time) =>
        !settings.Commits ? new NoCommitGate(tracker) : settings.Options.Commit.Strategy switch
        {
            CommitStrategy.Sync => new BatchCommitGate(tracker, settings.CommitInterval, time),
            CommitStrategy.PerRecord => new RecordCommitGate(tracker),
            CommitStrategy.Manual => new ManualCommitGate(tracker, settings.MaxUncommitted),
            CommitStrategy.AtMostOnce => new AheadCommitGate(tracker),
            _ => new PeriodicCommitGate(tracker, settings.MaxUncommitted),
        };
}

using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Offsets;

namespace Consumers.Framework.Committing;

/// <summary>
/// The offsets of one partition while it is owned: which are final, what its strategy commits of them, and which handlers wait for a commit.
/// Everything is guarded by the lock of the partition, which is passed in. What the committer calls takes it; the rest is called under it,
/// but for what says otherwise.
/// </summary>
internal sealed class PartitionCommits : ICommitSource
{
    private readonly object _lock;
    private readonly ConsumerSettings _settings;
    private readonly Action<ICommitSource, bool> _signal;
    private readonly List<(long NextOffset, TaskCompletionSource Done)> _requests = [];
    private ICommitProgress? _progress;

    /// <param name="topicPartition">The partition.</param>
    /// <param name="partitionLock">Its lock.</param>
    /// <param name="settings">The settings of the consumer.</param>
    /// <param name="time">The clock.</param>
    /// <param name="signal">Tells the committer that there is something to commit, or (true) that somebody waits for it.</param>
    public PartitionCommits(TopicPartition topicPartition, object partitionLock, ConsumerSettings settings, TimeProvider time, Action<ICommitSource, bool> signal)
    {
        TopicPartition = topicPartition;
        _lock = partitionLock;
        _settings = settings;
        _signal = signal;
        Strategy = CommitGate.Create(settings, Offsets, time);
    }

    public TopicPartition TopicPartition { get; }

    /// <summary>What the committer knows. Has rules of its own about who may touch it.</summary>
    public CommitTicket Ticket { get; } = new();

    /// <summary>Which records are final.</summary>
    public OffsetTracker Offsets { get; } = new();

    public CommitGate Strategy { get; }

    /// <summary>Below where everything is final; null when that is not known yet.</summary>
    public long? Watermark => Offsets.HasWatermark ? Offsets.Watermark : null;

    /// <summary>The offset after the last record that was received; null before the first.</summary>
    public long? Position => Offsets.HasWatermark ? Offsets.Position : null;

    /// <summary>What may be committed now; null for nothing.</summary>
    public CommitPoint? Next =>
        State != LeaseState.Closed && (State == LeaseState.Open || Strategy.CommitsWhenDrained) && Strategy.Committable is { } next
            ? new CommitPoint(this, next, next > Offsets.Watermark ? OffsetTracker.NoLeaderEpoch : Offsets.LeaderEpoch)
            : null;

    /// <inheritdoc/>
    public LeaseState State => Progress.State;

    int ICommitSource.ParkedLanes => Progress.Parked;

    /// <inheritdoc/>
    public bool CommitIsUrgent
    {
        get
        {
            lock (_lock)
            {
                Progress.Collect();
                return State != LeaseState.Closed && Strategy.Urgent;
            }
        }
    }

    /// <inheritdoc/>
    public bool HasUncommitted
    {
        get
        {
            lock (_lock)
            {
                Progress.Collect();
                return Next is not null;
            }
        }
    }

    /// <summary>Takes the lock: the committed offset; the one that the partition started at, or the last that the broker acknowledged, null when neither is known.</summary>
    public long? Committed
    {
        get
        {
            lock (_lock)
            {
                return Strategy.Acknowledged;
            }
        }
    }

    private ICommitProgress Progress => _progress!;

    /// <summary>Before anything else: whose commits these are.</summary>
    public void Follow(ICommitProgress progress) => _progress = progress;

    /// <inheritdoc/>
    public CommitPoint? NextCommit()
    {
        lock (_lock)
        {
            Progress.Collect();
            var point = Next;
            if (point is not null)
            {
                Strategy.Sent();
            }

            return point;
        }
    }

    /// <inheritdoc/>
    public int Acknowledge(long nextOffset)
    {
        lock (_lock)
        {
            if (State == LeaseState.Closed)
            {
                return 0;
            }

            Strategy.Acknowledge(nextOffset);
            EndRequests(nextOffset);
            return Progress.FreeParked();
        }
    }

    /// <inheritdoc/>
    public void Refused() => Progress.CommitRefused();

    /// <summary>Not under the lock: there is something to commit, or (urgent) somebody waits for it. Called for every record: one read while the committer knows already.</summary>
    public void Signal(bool urgent)
    {
        if (Ticket.Need < (urgent ? CommitNeed.Urgent : CommitNeed.Progress))
        {
            _signal(this, urgent);
        }
    }

    /// <summary>The outcome of records of one lane is final.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="sequence">The number of the last of them.</param>
    /// <param name="offset">The offset of the last of them.</param>
    /// <param name="isOnlyLane">Whether everything before that one is final too.</param>
    public void Completed(int count, long sequence, long offset, bool isOnlyLane)
    {
        if (isOnlyLane)
        {
            Offsets.CompleteThrough(sequence);
        }
        else
        {
            Offsets.Complete(sequence);
        }

        Strategy.Completed(count, offset);
    }

    /// <summary>Takes the lock. Handler, strategy Manual: commit up to this record, and wait for the broker's answer.</summary>
    /// <exception cref="InvalidOperationException">The strategy is not Manual.</exception>
    public Task RequestAsync(long sequence, long nextOffset)
    {
        if (Strategy is not ManualCommitGate manual)
        {
            throw new InvalidOperationException($"CommitAsync needs Commit:Strategy Manual; consumer '{_settings.Name}' uses {_settings.Options.Commit.Strategy}.");
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (State == LeaseState.Closed)
            {
                return Task.FromException(Failed(nextOffset, "the partition was taken away"));
            }

            Progress.Collect();

            // The handler says that its record is done before it returns: it is not repeated after a crash from here on.
            Offsets.Complete(sequence);
            if (manual.Request(sequence, nextOffset) is not { } awaited)
            {
                return Task.CompletedTask;
            }

            _requests.Add((awaited, done));
        }

        Signal(urgent: true);
        return done.Task;
    }

    /// <summary>The partition was taken away: no handler gets what it waits for.</summary>
    public void FailRequests(string reason)
    {
        foreach (var (nextOffset, done) in _requests)
        {
            done.TrySetException(Failed(nextOffset, reason));
        }

        _requests.Clear();
    }

    private void EndRequests(long acknowledged)
    {
        for (var index = _requests.Count - 1; index >= 0; index--)
        {
            if (_requests[index].NextOffset <= acknowledged)
            {
                _requests[index].Done.TrySetResult();
                _requests.RemoveAt(index);
            }
        }
    }

    private CommitFailedException Failed(long nextOffset, string reason) => new(new TopicPartitionOffset(TopicPartition, nextOffset), reason);
}

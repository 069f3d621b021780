
namespace Consumers.Framework.Committing;

/// <summary>
/// Which sources have something to commit, and when the next request is due. It holds those alone that have said so or were refused, so
/// that a request does not ask every source of the worker. Any thread signals; the committer's thread waits and takes; one lock.
/// </summary>
internal sealed partial class CommitSchedule(TimeSpan interval, TimeProvider time)
{
    private readonly object _gate = new();
    private readonly List<ICommitSource> _sources = [];
    private bool _stopped;
    private bool _flushing;
    private bool _wakesForProgress;
    private bool _wakesForUrgent;
    private bool _lastWentAlone;
    private long _lastSentAt = time.GetTimestamp();
    private long _pausedAt;
    private TimeSpan _pause;
    private long _inFlightSince = NotInFlight;

    private const long NotInFlight = long.MinValue;
    private static readonly TimeSpan LongestDelayOfFlush = TimeSpan.FromMilliseconds(200);

    private TimeSpan LongestDelay => _flushing ? LongestDelayOfFlush : TimeSpan.MaxValue;

    /// <summary>When the request was sent that is not answered; null when there is none. Any thread.</summary>
    public long? InFlightSince => Interlocked.Read(ref _inFlightSince) is var since and not NotInFlight ? since : null;

    /// <summary>Any thread: there is something to commit, or (urgent) somebody waits for it.</summary>
    /// <remarks>
    /// What there is must be there before: a source publishes it under its lock, or puts a full fence in between. <see cref="WaitForDue"/>
    /// forgets the need first and the committer asks the source under its lock afterwards. So whoever still reads the need here has
    /// published early enough to be asked, and whoever has published too late reads that it is forgotten, and comes in.
    /// </remarks>
    public void Signal(ICommitSource source, bool urgent)
    {
        var need = urgent ? CommitNeed.Urgent : CommitNeed.Progress;
        if (source.Ticket.Need >= need)
        {
            return;
        }

        lock (_gate)
        {
            AddLocked(source, need);
            if (urgent ? _wakesForUrgent : _wakesForProgress)
            {
                WakeLocked();
            }
        }
    }

    /// <summary>Committer's thread: a commit was refused; it is sent again after the back-off of its source.</summary>
    public void Return(ICommitSource source)
    {
        var isUrgent = source.CommitIsUrgent || source.State == LeaseState.Draining;
        lock (_gate)
        {
            AddLocked(source, isUrgent ? CommitNeed.Urgent : CommitNeed.Progress);
        }
    }

    /// <summary>Poll thread: the sources are asked at once, and until <see cref="EndFlush"/> no refused commit waits for long.</summary>
    public void BeginFlush(IEnumerable<ICommitSource> sources)
    {
        lock (_gate)
        {
            _flushing = true;
            foreach (var source in sources)
            {
                AddLocked(source, CommitNeed.Urgent);
            }

            WakeLocked();
        }
    }

    public void EndFlush()
    {
        lock (_gate)
        {
            _flushing = false;
        }
    }

    /// <summary>No request becomes due any more.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            WakeLocked();
        }
    }

    /// <summary>Committer's thread: waits until a request is due. From then on one counts as in flight.</summary>
    /// <param name="due">Filled with the sources that the request is about.</param>
    /// <returns>False when the schedule was stopped.</returns>
    public bool WaitForDue(List<ICommitSource> due)
    {
        lock (_gate)
        {
            while (!_stopped)
            {
                var now = time.GetTimestamp();
                var wait = WaitLocked(now);
                if (wait <= TimeSpan.Zero)
                {
                    // Before the sources are asked: whoever sees no commit in flight after closing them can be sure that none follows.
                    Interlocked.Exchange(ref _inFlightSince, now);
                    TakeDueLocked(due, now);
                    return true;
                }

                if (wait == TimeSpan.MaxValue)
                {
                    Monitor.Wait(_gate);
                }
                else
                {
                    Monitor.Wait(_gate, wait);
                }

                _wakesForProgress = false;
                _wakesForUrgent = false;
            }

            return false;
        }
    }

    /// <summary>Committer's thread: a request is being sent.</summary>
    public void Sent(long now)
    {
        _lastSentAt = now;
        Interlocked.Exchange(ref _inFlightSince, now);
    }

    /// <summary>Committer's thread: the answer is there and dealt with, or there was nothing to send.</summary>
    public void Answered() => Interlocked.Exchange(ref _inFlightSince, NotInFlight);

    /// <summary>Committer's thread: no request is sent for so long, whoever waits.</summary>
    public void Pause(TimeSpan pause, long now) => (_pause, _pausedAt) = (pause, now);

    /// <summary>Committer's thread: what is not accepted at present; null when nothing is refused.</summary>
    public CommitFailure? Failure()
    {
        CommitBackoff? longest = null;
        var isFailing = false;
        lock (_gate)
        {
            foreach (var source in _sources)
            {
                if (source.Ticket.Backoff is { } backoff)
                {
                    isFailing |= backoff.IsFailing;
                    longest = longest is null || backoff.Since < longest.Since ? backoff : longest;
                }
            }
        }

        return longest is null ? null : new CommitFailure(longest.Since, longest.Error, isFailing);
    }

    private void AddLocked(ICommitSource source, CommitNeed need)
    {
        var ticket = source.Ticket;
        if (ticket.Need < need)
        {
            ticket.Need = need;
        }

        if (!ticket.IsScheduled)
        {
            ticket.IsScheduled = true;
            _sources.Add(source);
        }
    }

    private void WakeLocked()
    {
        _wakesForProgress = false;
        _wakesForUrgent = false;
        Monitor.Pulse(_gate);
    }
}


namespace Consumers.Framework.Committing;

/// <summary>When a request is due, and which sources it is about. Under the lock, by the committer's thread.</summary>
internal sealed partial class CommitSchedule
{
    /// <summary>How long no request is due, and which signals may make one due earlier than that.</summary>
    private TimeSpan WaitLocked(long now)
    {
        var untilInterval = interval - time.GetElapsedTime(_lastSentAt, now);
        var wait = TimeSpan.MaxValue;
        _wakesForProgress = true;
        _wakesForUrgent = true;
        for (var index = 0; index < _sources.Count && wait > TimeSpan.Zero; index++)
        {
            var ticket = _sources[index].Ticket;
            var own = ticket.Need == CommitNeed.Urgent || ticket.Backoff is { IsAlone: true } ? TimeSpan.Zero : untilInterval;
            if (ticket.Backoff?.Remaining(time, now, LongestDelay) is { } remaining && remaining > own)
            {
                own = remaining;
            }
            else
            {
                // It waits for the interval, as all progress does: more of that makes nothing due any earlier.
                _wakesForProgress = false;
            }

            wait = own < wait ? own : wait;
        }

        var pause = _pause - time.GetElapsedTime(_pausedAt, now);
        if (pause <= TimeSpan.Zero || pause < wait)
        {
            return wait;
        }

        _wakesForProgress = false;
        _wakesForUrgent = false;
        return pause;
    }

    /// <summary>Everything that is not in a back-off, or one source whose commit has to go alone: in turns when there is both.</summary>
    private void TakeDueLocked(List<ICommitSource> due, long now)
    {
        due.Clear();
        var alone = -1;
        var others = false;
        var retries = false;
        for (var index = 0; index < _sources.Count; index++)
        {
            var backoff = _sources[index].Ticket.Backoff;
            if (backoff is null)
            {
                others = true;
            }
            else if (backoff.Remaining(time, now, LongestDelay) <= TimeSpan.Zero)
            {
                others |= !backoff.IsAlone;
                retries |= !backoff.IsAlone;
                alone = backoff.IsAlone && alone < 0 ? index : alone;
            }
        }

        _lastWentAlone = alone >= 0 && !(others && _lastWentAlone);
        if (_lastWentAlone)
        {
            due.Add(TakeLocked(_sources[alone]));
            _sources.RemoveAt(alone);
            return;
        }

        var kept = 0;
        for (var index = 0; index < _sources.Count; index++)
        {
            var source = _sources[index];
            if (source.Ticket.Backoff is not { } backoff || (!backoff.IsAlone && MayRetryLocked(backoff, now, retries)))
            {
                due.Add(TakeLocked(source));
            }
            else
            {
                _sources[kept++] = source;
            }
        }

        _sources.RemoveRange(kept, _sources.Count - kept);
    }

    /// <summary>What has waited for half of its delay goes along with what has waited enough: so refused commits come to share requests.</summary>
    private bool MayRetryLocked(CommitBackoff backoff, long now, bool othersRetry) =>
        backoff.Remaining(time, now, LongestDelay) <= TimeSpan.Zero || (othersRetry && backoff.HasWaitedHalf(time, now));

    private static ICommitSource TakeLocked(ICommitSource source)
    {
        source.Ticket.Need = CommitNeed.None;
        source.Ticket.IsScheduled = false;
        return source;
    }
}

using Confluent.Kafka;
using Consumers.Framework.Rebalancing;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Committing;

/// <summary>
/// Sends the offset commits of one worker, one at a time, from a thread of its own. What becomes committable while one is in flight
/// rides in the next. Leases say that there is something by <see cref="Signal"/>; the poll thread flushes before it lets partitions go.
/// </summary>
/// <remarks>
/// The thread blocks in the client until the broker answers. Past every deadline it is left there: it is a background thread, and a
/// commit whose outcome is unknown must not be followed by another.
/// </remarks>
internal sealed class Committer : IDisposable
{
    private readonly object _gate = new();
    private readonly IOffsetCommitter _client;
    private readonly LeaseTable _leases;
    private readonly CommitterEnvironment _environment;
    private readonly CommitBackoff _backoff = new();
    private readonly CommitRound _round = new();
    private readonly List<CommitPoint> _points = [];
    private bool _progress;
    private bool _urgent;
    private bool _stopped;
    private bool _flushing;
    private bool _oneByOne;
    private long _lastSentAt;
    private long _inFlightSince = NotInFlight;

    private const long NotInFlight = long.MinValue;
    private static readonly TimeSpan UnansweredCountsAsFailing = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryOfFlush = TimeSpan.FromMilliseconds(200);

    public Committer(IOffsetCommitter client, LeaseTable leases, CommitterEnvironment environment)
    {
        _client = client;
        _leases = leases;
        _environment = environment;
        _lastSentAt = environment.Time.GetTimestamp();
        new Thread(Run) { IsBackground = true, Name = environment.ThreadName }.UnsafeStart();
    }

    /// <summary>Whether a commit is sent and not answered. Any thread.</summary>
    public bool IsInFlight => Interlocked.Read(ref _inFlightSince) != NotInFlight;

    /// <summary>Any thread: there is something to commit, or (urgent) somebody waits for it.</summary>
    public void Signal(bool urgent)
    {
        // Called for every record: nothing happens while the committer knows already.
        if (urgent ? Volatile.Read(ref _urgent) : Volatile.Read(ref _progress))
        {
            return;
        }

        lock (_gate)
        {
            _progress = true;
            _urgent |= urgent;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Poll thread: commits what the leases have handled, retrying what a rebalance defers.</summary>
    /// <returns>False when the time was too short; then a commit may still be in flight.</returns>
    public bool Flush(IReadOnlyCollection<PartitionLease> leases, TimeSpan timeout)
    {
        lock (_gate)
        {
            // Not by Signal: the committer may know that somebody waits and sleep through a back-off, which a flush cuts short.
            _flushing = true;
            _progress = true;
            _urgent = true;
            Monitor.Pulse(_gate);
        }

        try
        {
            return _environment.Drained.Wait(() => !IsInFlight && !leases.Any(static lease => lease.HasUncommitted), timeout);
        }
        finally
        {
            lock (_gate)
            {
                _flushing = false;
            }
        }
    }

    /// <summary>For how long commits have been failing or unanswered; null when they are not. Any thread.</summary>
    public TimeSpan? FailingFor
    {
        get
        {
            var inFlightSince = Interlocked.Read(ref _inFlightSince);
            var unanswered = inFlightSince == NotInFlight ? TimeSpan.Zero : _environment.Time.GetElapsedTime(inFlightSince);
            return _backoff.FailingSince is { } since ? _environment.Time.GetElapsedTime(since)
                : unanswered > UnansweredCountsAsFailing ? unanswered
                : null;
        }
    }

    /// <summary>Why the last commit failed; null when it did not. Any thread.</summary>
    public string? LastError => _backoff.LastError ?? (FailingFor is null ? null : "the broker does not answer");

    /// <summary>Poll thread, when the leases are closed: waits for the answer to what is still in flight.</summary>
    /// <returns>False when it has not come; then the client may not be closed.</returns>
    public bool WaitForAnswer(TimeSpan timeout) => _environment.Drained.Wait(() => !IsInFlight, timeout);

    /// <summary>Ends the thread after the commit in flight, if its answer ever comes.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (WaitUntilDue())
        {
            _round.Begin();
            foreach (var request in TakeRequests())
            {
                Send(request);
                if (_round.Worst >= CommitVerdict.Lost)
                {
                    break;
                }
            }

            Settle();
            Interlocked.Exchange(ref _inFlightSince, NotInFlight);
            _environment.Drained.Pulse();
        }
    }

    private bool WaitUntilDue()
    {
        lock (_gate)
        {
            while (!_stopped)
            {
                if (!_progress && !_urgent)
                {
                    Monitor.Wait(_gate);
                    continue;
                }

                var wait = WaitLocked();
                if (wait <= TimeSpan.Zero)
                {
                    _progress = false;
                    _urgent = false;

                    // Before the leases are asked: whoever sees no commit in flight after closing them can be sure that none follows.
                    Interlocked.Exchange(ref _inFlightSince, _environment.Time.GetTimestamp());
                    return true;
                }

                Monitor.Wait(_gate, wait);
            }

            return false;
        }
    }

    private TimeSpan WaitLocked()
    {
        var now = _environment.Time.GetTimestamp();
        var retry = _backoff.Remaining(_environment.Time, now, _flushing ? RetryOfFlush : TimeSpan.MaxValue);
        var interval = _urgent ? TimeSpan.Zero : _environment.Interval - _environment.Time.GetElapsedTime(_lastSentAt, now);
        return retry > interval ? retry : interval;
    }

    /// <summary>One request for everything; one for each partition after a request that failed as a whole, to find the one at fault.</summary>
    private IEnumerable<List<CommitPoint>> TakeRequests()
    {
        var leases = _leases.All;
        if (!_oneByOne)
        {
            _points.Clear();
            foreach (var lease in leases)
            {
                if (lease.TakePoint() is { } point)
                {
                    _points.Add(point);
                }
            }

            if (_points.Count > 0)
            {
                yield return _points;
            }

            yield break;
        }

        _oneByOne = false;
        foreach (var lease in leases)
        {
            if (lease.TakePoint() is { } point)
            {
                yield return [point];
            }
        }
    }

    private void Send(List<CommitPoint> points)
    {
        var sentAt = _environment.Time.GetTimestamp();
        Interlocked.Exchange(ref _inFlightSince, sentAt);
        _round.Sent();
        var reply = Commit(points);
        _lastSentAt = sentAt;
        for (var index = 0; index < points.Count; index++)
        {
            var verdict = CommitVerdicts.Of(reply.Errors[index]);
            if (verdict == CommitVerdict.Acknowledged)
            {
                points[index].Lease.Acknowledge(points[index].NextOffset);
            }
            else
            {
                points[index].Lease.Refused();
                _round.Refused(verdict, reply.Errors[index], points[index]);
            }
        }

        _oneByOne = reply.IsWhole && points.Count > 1 && _round.Worst == CommitVerdict.Failed;
        _environment.Metrics.Committed(_environment.Time.GetElapsedTime(sentAt), points.Count, FirstFailure(reply)?.Code.ToString());
    }

    private CommitReply Commit(List<CommitPoint> points)
    {
        try
        {
            return _client.Commit(points);
        }
        catch (Exception exception)
        {
            // Whatever a client throws, this thread may not end: nothing would be committed any more, and the process would go with it.
            var error = exception is KafkaException { Error: { } known } ? known : new Error(ErrorCode.Local_Fail, exception.Message);
            return new CommitReply([.. Enumerable.Repeat(error, points.Count)], IsWhole: true);
        }
    }

    private void Settle()
    {
        var now = _environment.Time.GetTimestamp();
        switch (_round.Worst)
        {
            case CommitVerdict.Acknowledged:
                // An empty round ends a series of failures as well: what failed has changed hands.
                if (_backoff.Succeeded(_environment.Time, now) is { } failedFor && !_round.IsEmpty)
                {
                    Log.CommitsRecovered(_environment.Logger, _environment.Consumer, _environment.Worker, failedFor);
                }

                break;

            case CommitVerdict.Deferred:
                Log.CommitDeferred(_environment.Logger, _environment.Consumer, _environment.Worker, _round.RefusedCount, _round.Error!.Code);
                _backoff.Deferred(_round.Error, now);
                Signal(_round.IsUrgent);
                break;

            case CommitVerdict.Failed:
                if (_backoff.Failed(_round.Error!, now))
                {
                    var point = _round.WorstPoint;
                    Log.CommitFailed(
                        _environment.Logger, _environment.Consumer, _environment.Worker, point.Lease.TopicPartition.Topic,
                        point.Lease.TopicPartition.Partition.Value, point.NextOffset, _round.RefusedCount, _round.Error!.Code, _round.Error.Reason);
                }

                Signal(_round.IsUrgent);
                break;

            case CommitVerdict.Lost when _round.IsStale:
                // The client has called back already, and may have rejoined: the leases of now are not those that were refused.
                break;

            default:
                _environment.MembershipEnded(_round.Worst, _round.Error!);
                break;
        }
    }

    private static Error? FirstFailure(CommitReply reply) => reply.Errors.FirstOrDefault(static error => error.Code != ErrorCode.NoError);
}

namespace Consumers.Framework.Dispatching;

/// <summary>
/// Watches how long the attempt in hand takes: past <c>MaxHandlerDuration</c> its token is cancelled, once. One for a lane, and only where
/// the option is set. The lane begins and ends attempts without a lock; everything else is done under the lease's lock.
/// </summary>
/// <remarks>
/// T1 (the poll thread) sees that the attempt is overdue; T2 (the lane) ends it and begins the next record with the same source; T1
/// cancels, and a record is cancelled that has just begun. So every attempt has a number, and T1 claims it by an exchange that succeeds
/// only while that very attempt runs. T2 ends an attempt by an exchange too, so it sees the claim and goes through the lock for another
/// source, although T1 may not have cancelled this one yet.
/// </remarks>
/// <param name="limit">How long an attempt may take.</param>
/// <param name="time">The clock.</param>
/// <param name="cancel">Cancels a source without running its callbacks here.</param>
internal sealed class AttemptGuard(TimeSpan limit, TimeProvider time, Action<CancellationTokenSource> cancel)
{
    private CancellationTokenSource _source = new();
    private long _number;
    private long _startedAt;
    private bool _isSpent;
    private long _cancelledAt;
    private bool _isStuck;

    /// <summary>The number of the attempt that runs, negative when it is claimed, or none (0).</summary>
    private long _running;

    /// <summary>Lane: an attempt begins.</summary>
    /// <returns>The token that is cancelled when it takes too long.</returns>
    public CancellationToken Begin(long startedAt)
    {
        Volatile.Write(ref _startedAt, startedAt);
        Volatile.Write(ref _running, ++_number);
        return _source.Token;
    }

    /// <summary>Lane: the attempt is over, if there is one.</summary>
    /// <returns>Whether it was cancelled; then the lane comes through the lock before the next one.</returns>
    public bool End()
    {
        var wasCancelled = Interlocked.Exchange(ref _running, 0) < 0;
        _isSpent |= wasCancelled;
        return wasCancelled;
    }

    /// <summary>Under the lease's lock, by the lane, between two attempts.</summary>
    public void Renew()
    {
        if (_isSpent || !_source.TryReset())
        {
            // Not disposed: what the last attempt started may still look at its token.
            _source = new CancellationTokenSource();
            _isSpent = false;
        }
    }

    /// <summary>Under the lease's lock: the partition is taken away.</summary>
    public void Cancel() => cancel(_source);

    /// <summary>
    /// Under the lease's lock, by the poll thread: cancels the attempt when it is overdue. What the caller has read of the record before
    /// is the attempt's own if this says that it was cancelled.
    /// </summary>
    /// <param name="now">A timestamp of the time provider.</param>
    /// <param name="age">For how long the attempt has been running.</param>
    /// <returns>What has become true of it since the last look; null for nothing.</returns>
    public OverdueStage? Look(long now, out TimeSpan age)
    {
        var running = Volatile.Read(ref _running);
        age = time.GetElapsedTime(Volatile.Read(ref _startedAt), now);
        if (running > 0 && age >= limit && Interlocked.CompareExchange(ref _running, -running, running) == running)
        {
            _cancelledAt = now;
            _isStuck = false;
            cancel(_source);
            return OverdueStage.Cancelled;
        }

        if (running < 0 && !_isStuck && time.GetElapsedTime(_cancelledAt, now) >= limit)
        {
            _isStuck = true;
            return OverdueStage.Stuck;
        }

        return null;
    }

    /// <summary>Under the lease's lock: for how long the attempt has gone on although it was cancelled; null when it does not.</summary>
    public TimeSpan? CancelledFor(long now) => Volatile.Read(ref _running) < 0 ? time.GetElapsedTime(_cancelledAt, now) : null;

    /// <summary>Under the lease's lock: whether the attempt was found stuck and still runs.</summary>
    public bool IsStuck => _isStuck && Volatile.Read(ref _running) < 0;
}

using Consumers.Framework.Failures;

namespace Consumers.Framework.Dispatching;

/// <summary>What becomes of a lane that the framework itself has failed, or left behind. Neither is to happen.</summary>
internal sealed partial class Lane
{
    private long _standsSince;
    private (long Done, int Attempt, string? Obstacle) _lastLook;

    /// <summary>What the lane should do and has not done for too long; null when all is well. Guarded by the lease.</summary>
    public string? Standing { get; private set; }

    /// <summary>The offset that the lane goes on with. Guarded by the lease, and only while it has records.</summary>
    public long NextOffset => Held > 0 ? Offset : Queue[0].Record.Offset;

    /// <summary>Whether the record in hand waits for a permit for its next attempt. Any thread.</summary>
    public bool AwaitsPermit => Volatile.Read(ref _onPermit) is not null;

    /// <summary>
    /// Whether the attempt in hand is somewhere: on a thread, in an awaitable that has not called back, or with the failure policy. Any thread.
    /// </summary>
    public bool IsUnderWay => _slot.HasThread || Volatile.Read(ref _isAwaited) == 1 || Volatile.Read(ref _isRecovering);

    /// <summary>Under the lease's lock, by the poll thread.</summary>
    /// <param name="obstacle">What the lane should do now; null when it does something, or has reason not to.</param>
    /// <param name="patience">For how long it may leave that undone.</param>
    /// <param name="now">A timestamp of the time provider.</param>
    /// <returns>The record that it stands at, when that is found now; else null.</returns>
    public StandingRecord? LookAfter(string? obstacle, TimeSpan patience, long now)
    {
        var look = (Done, _slot.Attempt, obstacle);
        if (obstacle is null || look != _lastLook)
        {
            _lastLook = look;
            _standsSince = now;
            Standing = null;
            return null;
        }

        var age = _environment.Time.GetElapsedTime(_standsSince, now);
        if (Standing is not null || age < patience)
        {
            return null;
        }

        Standing = obstacle;
        return new StandingRecord(TopicPartition, NextOffset, age, obstacle);
    }

    /// <summary>
    /// Nothing of the user's gets here: its exceptions are caught where it is called. So this is a fault of ours, and the lane cannot be
    /// trusted to go on. Left alone it would end the process on a thread, or its record in silence in a task; the worker starts again instead.
    /// </summary>
    private void Break(Exception fault)
    {
        var text = FailureText.Of(fault);
        Log.LaneBroke(_environment.Logger, fault, Consumer, TopicPartition.Topic, TopicPartition.Partition.Value, _slot.Offset, text);
        _lease.Break(this, text);
    }
}

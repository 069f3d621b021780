using Consumers.Framework.Records;

namespace Consumers.Framework.Dispatching;

/// <summary>
/// Whether a lane has stood without a reason for too long, which is not to happen. By the poll thread, under the lock of the partition.
/// </summary>
internal sealed class LaneStanding(LaneQueue queue, RecordSlot slot, TimeProvider time)
{
    private long _since;
    private (long Done, int Attempt, string? Obstacle) _lastLook;

    /// <summary>What the lane should do and has not done for too long; null when all is well.</summary>
    public string? Reason { get; private set; }

    /// <param name="obstacle">What the lane should do now; null when it does something, or has reason not to.</param>
    /// <param name="patience">For how long it may leave that undone.</param>
    /// <param name="now">A timestamp of the time provider.</param>
    /// <returns>The record that it stands at, when that is found now; else null.</returns>
    public StandingRecord? Look(string? obstacle, TimeSpan patience, long now)
    {
        var look = (queue.Done, slot.Attempt, obstacle);
        if (obstacle is null || look != _lastLook)
        {
            _lastLook = look;
            _since = now;
            Reason = null;
            return null;
        }

        var age = time.GetElapsedTime(_since, now);
        if (Reason is not null || age < patience)
        {
            return null;
        }

        Reason = obstacle;
        return new StandingRecord(slot.Owner.TopicPartition, queue.NextOffset, age, obstacle);
    }
}

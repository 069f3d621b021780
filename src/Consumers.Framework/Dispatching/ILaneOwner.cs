namespace Consumers.Framework.Dispatching;

/// <summary>What a lane asks of the partition that it belongs to, on handler threads and without its lock.</summary>
internal interface ILaneOwner
{
    /// <summary>The lane's run is over; its next one, as far as it may start.</summary>
    /// <returns>False when the lane has nothing to do; it is scheduled again when that changes.</returns>
    bool TryTakeRun(Lane lane, long now);

    /// <summary>The lane's run is over, or what is left of it goes back: others have their turn before the lane runs again.</summary>
    void GiveWay(Lane lane);

    /// <summary>The record in hand goes on elsewhere; the rest of the run goes back into the queue, and is dropped if it may not start.</summary>
    void GiveBack(Lane lane);

    /// <summary>The lane's last record is final, and the lane has passed a full fence since it said so.</summary>
    void NoteProgress();

    /// <summary>An attempt failed; the lane gives its permit back and waits.</summary>
    /// <returns>False when the partition is being taken away, so that there is no next attempt.</returns>
    bool TryWait(Lane lane, LanePhase phase);

    /// <summary>The next attempt is about to start.</summary>
    /// <returns>False when the partition is being taken away.</returns>
    bool TryRestart(Lane lane);

    /// <summary>The record that the lane had in hand outside of a run has ended: it is final, or it was abandoned.</summary>
    void Finish(Lane lane, bool final);

    /// <summary>The framework has failed at the record that the lane had in hand. It is not committed, and nothing behind it.</summary>
    void Break(Lane lane, string fault);

    /// <summary>Strategy Manual: commit up to this record, and wait for the broker's answer.</summary>
    Task RequestCommitAsync(long sequence, long nextOffset);

    /// <summary>A handler of the partition has begun the stop of its consumer: nothing new starts.</summary>
    void BeginDrain();
}

namespace Consumers.Framework.Committing;

/// <summary>The records of one partition that are being handled, as its commits see them. Under the lock of the partition, but for what says otherwise.</summary>
internal interface ICommitProgress
{
    LeaseState State { get; }

    /// <summary>How many lanes wait for a commit; also without the lock, where it is no more than a hint.</summary>
    int Parked { get; }

    /// <summary>Takes note of the records that have become final since the last time.</summary>
    void Collect();

    /// <summary>A commit was acknowledged.</summary>
    /// <returns>How many lanes waited for that and go on.</returns>
    int FreeParked();

    /// <summary>Takes the lock: a commit was not acknowledged.</summary>
    void CommitRefused();
}

namespace Consumers.Framework.Failures;

/// <summary>What the failure policy may know and do of a record that failed. One asynchronous flow at a time.</summary>
internal interface IFailedRecord
{
    string Topic { get; }

    int Partition { get; }

    long Offset { get; }

    /// <summary>The attempts so far.</summary>
    int Attempt { get; }

    /// <summary>Cancelled when the wait for the next attempt is pointless: the partition is taken away.</summary>
    CancellationToken Token { get; }

    /// <summary>Waits for a permit and runs the handler once more.</summary>
    ValueTask<AttemptResult> TryAgainAsync(CancellationToken cancellationToken);

    /// <summary>The record holds its partition from here on; health names it.</summary>
    void Block(Exception failure);
}

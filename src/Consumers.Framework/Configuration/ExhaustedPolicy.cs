namespace Consumers.Framework.Configuration;

/// <summary>What becomes of a record that failed for good: retries are exhausted, the failure is permanent, or it cannot be decoded.</summary>
public enum ExhaustedPolicy
{
    /// <summary>
    /// The partition holds at that record and keeps trying at the longest delay; other partitions go on; health is Degraded and names it.
    /// Nothing is lost and nothing is reordered.
    /// </summary>
    Block,

    /// <summary>The record is given up: logged at Error, counted, committed. An explicit loss.</summary>
    Skip,

    /// <summary>The record is not committed and the host stops with a non-zero exit code.</summary>
    StopHost,
}

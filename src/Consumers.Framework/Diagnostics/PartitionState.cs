namespace Consumers.Framework.Diagnostics;

/// <summary>What a partition of a worker is doing.</summary>
public enum PartitionState
{
    /// <summary>Its records are handled as they come.</summary>
    Running,

    /// <summary>Paused in code.</summary>
    Paused,

    /// <summary>Its buffer is full; fetching is paused until the handlers catch up.</summary>
    BackPressure,

    /// <summary>A record failed and is waiting for its next attempt.</summary>
    Retrying,

    /// <summary>It holds at a record that failed for good.</summary>
    Blocked,

    /// <summary>It is being taken away: what is in flight finishes.</summary>
    Draining,

    /// <summary>It has no committed offset and <c>AutoOffsetReset</c> is None.</summary>
    NoOffset,

    /// <summary>It came back while a handler of its earlier assignment was still running: nothing starts before that one has returned.</summary>
    WaitingForHandler,

    /// <summary>Its position is not there any more and <c>OutOfRange</c> is Fail.</summary>
    OutOfRange,

    /// <summary>Its position is not there any more and <c>ResetProtection</c> forbids the reset.</summary>
    ResetVetoed,

    /// <summary>It has records and does nothing with them, and nothing is known that it waits for: a fault of the framework, or a lack of threads.</summary>
    Stalled,

    /// <summary>The handler of its next record cannot be made. The record is not at fault: it is tried again until it can, and never given up for that.</summary>
    NoHandler,
}

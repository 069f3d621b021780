namespace Consumers.Framework.Dispatching;

/// <summary>Where a lane is with its current record.</summary>
internal enum LanePhase
{
    /// <summary>It has none.</summary>
    Idle,

    /// <summary>Its handler runs; the lane holds a permit.</summary>
    Handling,

    /// <summary>An attempt failed and the next one is waited for; the permit is given back.</summary>
    Waiting,

    /// <summary>The record failed for good and holds its partition; the permit is given back.</summary>
    Blocked,
}

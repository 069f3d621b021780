namespace Consumers.Framework.Committing;

/// <summary>What may be done with a lease.</summary>
internal enum LeaseState
{
    /// <summary>The partition is ours: records are handed out, offsets are committed.</summary>
    Open,

    /// <summary>It is being taken away: nothing new starts, what has started may finish and be committed.</summary>
    Draining,

    /// <summary>It is not ours any more: what finishes now is counted and never committed.</summary>
    Closed,
}

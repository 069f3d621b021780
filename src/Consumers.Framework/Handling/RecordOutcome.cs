namespace Consumers.Framework.Handling;

/// <summary>How a record ended.</summary>
internal enum RecordOutcome
{
    /// <summary>Its handler returned.</summary>
    Handled,

    /// <summary>It failed for good and was given up by policy.</summary>
    Skipped,

    /// <summary>Its partition was taken away first; the next owner handles it. Not final.</summary>
    Abandoned,
}

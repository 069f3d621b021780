namespace Consumers.Framework.Leases;

/// <summary>Why a lease ended.</summary>
internal enum CloseReason
{
    /// <summary>The group took the partition away in order, or the consumer stops; it was drained and committed.</summary>
    Revoked,

    /// <summary>The group gave the partition to somebody else without asking; nothing may be committed.</summary>
    Lost,
}

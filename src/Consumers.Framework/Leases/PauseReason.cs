namespace Consumers.Framework.Leases;

/// <summary>Why the client does not fetch a partition. It fetches again when no reason is left.</summary>
[Flags]
internal enum PauseReason
{
    /// <summary>It does.</summary>
    None = 0,

    /// <summary>The partition's buffer is full.</summary>
    BackPressure = 1,

    /// <summary>The consumer was paused in code.</summary>
    Command = 2,

    /// <summary>The client could not read what is stored at the position; what to do about it is not decided yet.</summary>
    Unreadable = 4,

    /// <summary>Everything up to where the read ends was delivered.</summary>
    EndReached = 8,
}

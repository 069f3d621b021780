namespace Consumers.Framework.Diagnostics;

/// <summary>What a worker is doing.</summary>
public enum WorkerState
{
    /// <summary>It has not been started, or was stopped in code.</summary>
    Stopped,

    /// <summary>Its client is being made, or waits for its first assignment.</summary>
    Starting,

    /// <summary>It polls and owns partitions.</summary>
    Running,

    /// <summary>It polls and owns no partition: there are more members than partitions. Healthy.</summary>
    Standby,

    /// <summary>A rebalance takes partitions away; it waits for records in flight and commits.</summary>
    Rebalancing,

    /// <summary>It drains, commits and leaves the group.</summary>
    Stopping,

    /// <summary>Its client or poll thread failed; it starts again after a delay.</summary>
    Restarting,

    /// <summary>Another member with the same instance id took its place.</summary>
    Fenced,

    /// <summary>It failed and will not start again.</summary>
    Failed,

    /// <summary>It has read everything up to <c>Until</c>, and has stopped by itself. Healthy.</summary>
    Completed,
}

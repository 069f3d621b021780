namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary>What a worker is doing when it is told to stop.</summary>
internal enum StopLoad
{
    /// <summary>Handlers run, records wait, commits are under way.</summary>
    Busy,

    /// <summary>Everything is handled and nothing committed.</summary>
    IdleUncommitted,

    /// <summary>Everything is handled and committed.</summary>
    Idle,

    /// <summary>Handlers run for longer than the stop may take.</summary>
    Stuck,
}

namespace Consumers.Framework.Fleet.Backlog;

/// <summary>What a member of a backlog run is.</summary>
internal enum BacklogArm
{
    /// <summary>A hand-written <c>Consume()</c> loop with the framework's client settings.</summary>
    Loop,

    /// <summary>A consumer of the framework with its defaults.</summary>
    Framework,
}

namespace Consumers.Framework.Fleet.Backlog;

/// <summary>What a member of a backlog run is told. Configuration path: <c>Backlog</c>.</summary>
internal sealed class BacklogMemberOptions
{
    /// <summary>The configuration path.</summary>
    public const string Path = "Backlog";

    public BacklogArm Arm { get; set; }

    /// <summary>The partitions of the topic.</summary>
    public int Partitions { get; set; }

    /// <summary>How long the handler takes for each record, on its thread.</summary>
    public TimeSpan Handler { get; set; }

    /// <summary>Whether the log is written, among the lines.</summary>
    public bool Log { get; set; }
}

namespace Consumers.Framework.Fleet.Member;

/// <summary>What a member is told about its handler and its journal. Configuration path: <c>Fleet</c>.</summary>
internal sealed class MemberOptions
{
    /// <summary>The configuration path.</summary>
    public const string Path = "Fleet";

    /// <summary>The file of the <see cref="Member.Journal"/>.</summary>
    public string Journal { get; set; } = "";

    /// <summary>The file of the log.</summary>
    public string Log { get; set; } = "";

    /// <summary>From which the time of each record is drawn: a record takes as long in whichever member handles it.</summary>
    public int Seed { get; set; }

    /// <summary>The median time of a handler; the times are log-normal.</summary>
    public TimeSpan Median { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>The standard deviation of the time's logarithm.</summary>
    public double Spread { get; set; } = 1.2;

    /// <summary>No handler takes less.</summary>
    public TimeSpan Shortest { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>No handler takes more.</summary>
    public TimeSpan Longest { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>One record in so many fails at its first attempts; 0 for none.</summary>
    public int FailEvery { get; set; }

    /// <summary>How many attempts such a record fails in each member.</summary>
    public int FailedAttempts { get; set; } = 2;

    /// <summary>Whether the handler commits, as <c>Commit:Strategy</c> Manual leaves it to do.</summary>
    public bool Commit { get; set; }
}

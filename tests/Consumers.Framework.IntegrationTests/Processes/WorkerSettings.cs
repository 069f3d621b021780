using System.Globalization;
using Consumers.Framework.Configuration;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary>What a test tells an <c>Orders.Worker</c> on its command line.</summary>
internal sealed record WorkerSettings
{
    public required KafkaBroker Broker { get; init; }

    public required string Topic { get; init; }

    public required string Group { get; init; }

    public required CommitStrategy Strategy { get; init; }

    public GroupProtocol Protocol { get; init; }

    /// <summary>After which a killed member is noticed; null leaves the default.</summary>
    public TimeSpan? SessionTimeout { get; init; }

    public TimeSpan MinDelay { get; init; } = TimeSpan.FromMilliseconds(5);

    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    public bool Blocking { get; init; }

    public bool IgnoresToken { get; init; }

    /// <summary>Commit:Interval; null leaves the default.</summary>
    public TimeSpan? Interval { get; init; }

    public int MaxUncommitted { get; init; } = 100_000;

    public int MaxPollRecords { get; init; } = 1_000;

    /// <summary>Drain, final commit and close; null leaves the defaults.</summary>
    public TimeSpan? EachBudget { get; init; }

    public string? GroupInstanceId { get; init; }

    public WorkerFailurePolicy WhenWorkerFails { get; init; }

    public IReadOnlyDictionary<string, string> ToCommandLine(Journal journal)
    {
        var settings = new Dictionary<string, string>
        {
            ["Kafka:BootstrapServers"] = Broker.BootstrapServers,
            ["Handler:MinDelay"] = Text(MinDelay),
            ["Handler:MaxDelay"] = Text(MaxDelay),
            ["Handler:Blocking"] = Blocking.ToString(),
            ["Handler:IgnoresToken"] = IgnoresToken.ToString(),
            ["Handler:Commit"] = (Strategy == CommitStrategy.Manual).ToString(),
            ["Handler:Journal"] = journal.Path,
        };
        Set("Topics:0", Topic);
        Set("GroupId", Group);
        Set("Workers", "2");
        Set("MaxConcurrency", "4");
        Set("MaxPollRecords", MaxPollRecords.ToString(CultureInfo.InvariantCulture));
        Set("GroupProtocol", Protocol.ToString());
        Set("Commit:Strategy", Strategy.ToString());
        Set("Commit:MaxUncommitted", MaxUncommitted.ToString(CultureInfo.InvariantCulture));
        Set("WhenWorkerFails", WhenWorkerFails.ToString());
        if (GroupInstanceId is { } instance)
        {
            Set("GroupInstanceId", instance);
        }

        if (SessionTimeout is { } session)
        {
            Set("SessionTimeout", Text(session));
            Set("HeartbeatInterval", Text(session / 4));
        }

        if (Interval is { } interval)
        {
            Set("Commit:Interval", Text(interval));
        }

        if (EachBudget is { } budget)
        {
            Set("Rebalance:DrainTimeout", Text(budget));
            Set("Commit:FinalTimeout", Text(budget));
            Set("Shutdown:CloseTimeout", Text(budget));
        }

        return settings;

        void Set(string key, string value) => settings[$"Kafka:Consumers:orders:{key}"] = value;
    }

    private static string Text(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);
}

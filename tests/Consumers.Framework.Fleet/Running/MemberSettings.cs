using System.Globalization;
using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Cells;
using Consumers.Framework.Fleet.Member;

namespace Consumers.Framework.Fleet.Running;

/// <summary>What a member finds on its command line.</summary>
internal static class MemberSettings
{
    public static IReadOnlyDictionary<string, string> Of(RunSettings run, string name, string bootstrapServers, string topic, string group, RunDirectory directory)
    {
        var cell = run.Cell;
        var settings = new Dictionary<string, string>
        {
            ["Kafka:BootstrapServers"] = bootstrapServers,
            [$"{MemberOptions.Path}:Journal"] = directory.Journal(name),
            [$"{MemberOptions.Path}:Log"] = directory.Log(name),
            [$"{MemberOptions.Path}:Seed"] = Number(run.Seed),
            [$"{MemberOptions.Path}:Median"] = Text(run.MedianHandler),
            [$"{MemberOptions.Path}:Longest"] = Text(run.LongestHandler),
            [$"{MemberOptions.Path}:FailEvery"] = Number(run.FailEvery),
            [$"{MemberOptions.Path}:Commit"] = (cell.Strategy == CommitStrategy.Manual).ToString(),
        };
        Set("Topics:0", topic);
        Set("GroupId", group);
        Set("ClientId", name);
        Set("Workers", Number(run.Workers));
        Set("MaxConcurrency", Number(run.MaxConcurrency));
        Set("MaxPollRecords", Number(run.MaxPollRecords));
        Set("Ordering", cell.Ordering.ToString());
        Set("Commit:Strategy", cell.Strategy.ToString());
        Set("Commit:MaxUncommitted", Number(run.MaxUncommitted));
        Set("Commit:FinalTimeout", Text(run.FinalTimeout));
        Set("Rebalance:DrainTimeout", Text(run.DrainTimeout));
        Set("Shutdown:CloseTimeout", Text(run.CloseTimeout));
        Set("Health:CommitsFailingAfter", Text(run.CommitsFailingAfter));
        Set("Failures:Retry:Delay", Text(TimeSpan.FromMilliseconds(50)));
        if (run.CommitInterval is { } interval)
        {
            Set("Commit:Interval", Text(interval));
        }

        if (cell.IsConsumerProtocol)
        {
            // Session and heartbeat are the broker's.
            Set("GroupProtocol", nameof(GroupProtocol.Consumer));
            Set("Client:group.remote.assignor", cell.Assignor == FleetAssignor.Range848 ? "range" : "uniform");
        }
        else
        {
            Set("Assignor", cell.Assignor.ToString());
            Set("SessionTimeout", Text(run.Session));
            Set("HeartbeatInterval", Text(run.Heartbeat));
        }

        return settings;

        void Set(string key, string value) => settings[$"Kafka:Consumers:{FleetMember.Consumer}:{key}"] = value;
    }

    private static string Text(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}

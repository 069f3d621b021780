namespace Consumers.Framework.Configuration;

/// <summary>Checks what a consumer's group, protocol and commits ask of each other.</summary>
internal static class GroupRelations
{
    public static void Check(ConsumerCheck check)
    {
        var options = check.Options;
        if (options.GroupId is null && options.Topics.Count > 0 && check.AreFine("GroupId"))
        {
            check.Fail("GroupId", "is required with Topics", "name the consumer group");
        }

        if (options.GroupInstanceId is not null && options.Partitions.Count > 0)
        {
            check.Fail("GroupInstanceId", "has no effect with Partitions: without a subscription there is no member", "remove it");
        }

        if (options.GroupProtocol == GroupProtocol.Consumer)
        {
            BrokerOwns("SessionTimeout", "group.consumer.session.timeout.ms");
            BrokerOwns("HeartbeatInterval", "group.consumer.heartbeat.interval.ms");
            BrokerOwns("Assignor", "group.consumer.assignors; Client:group.remote.assignor chooses among them");
        }

        CheckCommits(check);
        if (options.Failures.Pipeline is not null
            && check.Values.WrittenUnder("Failures:Retry")
                .FirstOrDefault(path => !path.EndsWith(":MaxDelay", StringComparison.OrdinalIgnoreCase)) is { } retry)
        {
            // MaxDelay stays: it is also the delay of a record that blocks its partition, whatever runs the attempts.
            check.Fail(retry, check.Values[retry], $"has no effect: Failures:Pipeline ({options.Failures.Pipeline}) runs the attempts",
                "remove it or Failures:Pipeline");
        }

        if (options.Ordering != RecordOrdering.Partition && options.MaxConcurrency == 1)
        {
            check.Warn($"Ordering is {options.Ordering}, but with MaxConcurrency 1 one record is handled at a time anyway. " +
                "Raise MaxConcurrency to let records run side by side.");
        }

        void BrokerOwns(string path, string brokerSetting)
        {
            if (OptionCatalog.Find(path)!.Read(options) is not null)
            {
                check.Fail(path, "belongs to the broker under GroupProtocol Consumer (KIP-848)",
                    $"remove it (broker: {brokerSetting}), or set GroupProtocol to Classic");
            }
        }
    }

    private static void CheckCommits(ConsumerCheck check)
    {
        var options = check.Options;
        var strategy = options.Commit.Strategy;
        if (options.GroupId is null && options.Partitions.Count > 0 && strategy is not (CommitStrategy.Async or CommitStrategy.Auto))
        {
            check.Fail("Commit:Strategy", "asks for commits, but without GroupId nothing is committed",
                "give a GroupId, or remove Commit:Strategy");
        }

        if (options.Commit.Interval is not null && strategy is not (CommitStrategy.Async or CommitStrategy.Sync or CommitStrategy.Auto))
        {
            check.Fail("Commit:Interval", $"is not used by Commit:Strategy {strategy}", "remove it, or use Async, Sync or Auto");
        }
    }
}

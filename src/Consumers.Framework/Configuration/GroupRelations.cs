namespace Consumers.Framework.Configuration;

/// <summary>Checks what a consumer's group, protocol and commits ask of each other.</summary>
internal static class GroupRelations
{
    public static void Check(ConsumerCheck check)
    {
        var options = check.Options;
        if (options.GroupId is null && (options.Topics.Count > 0 || options.TopicPattern is not null) && check.AreFine("GroupId"))
        {
            check.Fail("GroupId", $"is required with {(options.Topics.Count > 0 ? "Topics" : "TopicPattern")}{check.Values.ErasedBy("GroupId")}", "name the consumer group");
        }

        if (options.GroupInstanceId is not null && options.Partitions.Count > 0)
        {
            check.Fail("GroupInstanceId", "has no effect with Partitions: without a subscription there is no member", "remove it");
        }

        if (options.GroupProtocol == GroupProtocol.Consumer)
        {
            BrokerOwns("SessionTimeout", "group.consumer.session.timeout.ms");
            BrokerOwns("HeartbeatInterval", "group.consumer.heartbeat.interval.ms");
            BrokerOwns("Assignor", "group.consumer.assignors; RemoteAssignor chooses among them");
        }
        else if (options.RemoteAssignor is not null)
        {
            check.Fail("RemoteAssignor", "has no effect under the classic protocol", "use Assignor, or set GroupProtocol to Consumer");
        }

        if (options.RemoteAssignor is not null && options.Client.ContainsKey("group.remote.assignor"))
        {
            check.Fail("RemoteAssignor", "is also set as Client:group.remote.assignor", "remove one of them");
        }

        CheckLeaving(check);

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

    private static void CheckLeaving(ConsumerCheck check)
    {
        var options = check.Options;
        if (!options.Shutdown.LeaveGroupOnStop)
        {
            return;
        }

        if (options.GroupInstanceId is null)
        {
            check.Warn("Shutdown:LeaveGroupOnStop has no effect without GroupInstanceId: a dynamic member always leaves its group when it stops.");
        }
        else if (options.GroupProtocol == GroupProtocol.Consumer)
        {
            check.Fail("Shutdown:LeaveGroupOnStop",
                "cannot be done by a static member under GroupProtocol Consumer (KIP-848): the client has no way to leave for good, and the broker " +
                "keeps the partitions until the member's session times out (broker: group.consumer.session.timeout.ms)",
                "remove it, or remove GroupInstanceId, or set GroupProtocol to Classic");
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

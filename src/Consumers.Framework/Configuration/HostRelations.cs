namespace Consumers.Framework.Configuration;

/// <summary>Checks the consumers of a host against each other and against the host.</summary>
internal static class HostRelations
{
    public static void Check(
        IReadOnlyList<ConsumerCheck> checks,
        IReadOnlyDictionary<ConsumerCheck, IReadOnlyList<string>> instanceIds,
        TimeSpan shutdownTimeout)
    {
        CheckShutdown(checks, shutdownTimeout);
        CheckAssignors(checks);
        CheckInstanceIds(instanceIds);
    }

    private static void CheckShutdown(IReadOnlyList<ConsumerCheck> checks, TimeSpan shutdownTimeout)
    {
        var late = checks
            .Where(c => c.AreFine("Rebalance:DrainTimeout", "Commit:FinalTimeout", "Shutdown:CloseTimeout")
                && StopTime(c.Options) > shutdownTimeout)
            .ToList();
        if (late.Count == 0)
        {
            return;
        }

        // All consumers stop in parallel, so the longest decides what the host has to grant.
        var longest = late.Max(c => StopTime(c.Options));
        foreach (var check in late)
        {
            var final = check.Options.Commit.FinalTimeout;
            var close = check.Options.Shutdown.CloseTimeout;
            var rest = final + close;
            check.Fail("Rebalance:DrainTimeout",
                $"with Commit:FinalTimeout ({T(final)}) and Shutdown:CloseTimeout ({T(close)}) a stop may take {T(StopTime(check.Options))}, " +
                $"but HostOptions.ShutdownTimeout is {T(shutdownTimeout)}",
                (rest <= shutdownTimeout ? $"set it to {T(shutdownTimeout - rest)} or less, or " : "")
                    + $"set HostOptions.ShutdownTimeout to {T(longest)} or more");
        }
    }

    private static void CheckAssignors(IReadOnlyList<ConsumerCheck> checks)
    {
        foreach (var group in checks
            .Where(c => c.Options is { GroupId: not null, GroupProtocol: GroupProtocol.Classic, Partitions.Count: 0 })
            .GroupBy(Group))
        {
            var first = group.First();
            foreach (var other in group.Where(c => Assignor(c) != Assignor(first)))
            {
                other.Fail("Assignor", Assignor(other),
                    $"differs from the Assignor of consumer '{first.Name}' ({Assignor(first)}) in the same group " +
                    $"'{other.Options.GroupId}', and members of a group must agree",
                    $"set both to {PartitionAssignor.CooperativeSticky}, or give one another GroupId");
            }
        }
    }

    private static void CheckInstanceIds(IReadOnlyDictionary<ConsumerCheck, IReadOnlyList<string>> instanceIds)
    {
        var seen = new Dictionary<(string, string), ConsumerCheck>();
        foreach (var (check, ids) in instanceIds)
        {
            foreach (var id in ids)
            {
                if (!seen.TryAdd((Group(check), id), check))
                {
                    var first = seen[(Group(check), id)];
                    var other = first == check ? "two workers" : $"also consumer '{first.Name}'";
                    check.Fail("GroupInstanceId",
                        $"gives the instance id '{id}' twice in the group '{check.Options.GroupId}' ({other}), and the members would fence each other",
                        "put {name} or {worker} into the template");
                    break;
                }
            }
        }
    }

    private static TimeSpan StopTime(KafkaConsumerOptions options) =>
        options.Rebalance.DrainTimeout + options.Commit.FinalTimeout + options.Shutdown.CloseTimeout;

    private static string Group(ConsumerCheck check) =>
        $"{BootstrapServerList.Identity(check.Options.BootstrapServers)} {check.Options.GroupId}";

    private static PartitionAssignor Assignor(ConsumerCheck check) => check.Options.Assignor ?? PartitionAssignor.CooperativeSticky;

    private static string T(TimeSpan time) => OptionText.Format(time);
}

namespace Consumers.Framework.Configuration;

/// <summary>Checks every bound option against its range, wherever its value came from.</summary>
internal static class RangeCheck
{
    /// <summary>Whether the groups are all there, so that the rest can be read at all.</summary>
    public static bool HasGroups(ConsumerCheck check)
    {
        var options = check.Options;
        (string Path, object? Group)[] groups =
        [
            ("Topics", options.Topics), ("Partitions", options.Partitions), ("ResetProtection", options.ResetProtection), ("Buffer", options.Buffer), ("Commit", options.Commit),
            ("Rebalance", options.Rebalance), ("Failures", options.Failures), ("Failures:Retry", options.Failures?.Retry),
            ("Routing", options.Routing), ("Shutdown", options.Shutdown), ("Health", options.Health), ("Client", options.Client),
        ];
        foreach (var (path, _) in groups.Where(g => g.Group is null))
        {
            check.Fail(path, null, "was set to null in code", "leave the object that is there and set its properties");
        }

        return groups.All(g => g.Group is not null);
    }

    public static void Run(ConsumerCheck check)
    {
        foreach (var option in OptionCatalog.All)
        {
            var value = option.Read(check.Options);
            var inRange = value switch
            {
                null => true,
                int number => number >= option.Min && number <= option.Max,
                long number => number >= option.Min && number <= option.Max,
                TimeSpan time => time.Ticks >= option.Min && time.Ticks <= option.Max,
                Enum choice => option.Choices.Contains(choice.ToString()),
                _ => true,
            };
            if (!inRange)
            {
                var bad = OptionText.OutOfRange(option);
                check.Fail(option.Path, value, bad.Wrong, bad.Fix);
            }

            if (value is string text && string.IsNullOrWhiteSpace(text))
            {
                check.Fail(option.Path, "", "is empty", "give a value or leave it out");
            }
            else if (option.Kind == OptionKind.ReadBound && value is string place && OptionText.Parse(option, place) is { Value: null } unread)
            {
                check.Fail(option.Path, place, unread.Wrong, unread.Fix);
            }
        }

        if (check.Options.Routing.Header is null)
        {
            check.Fail("Routing:Header", null, "is null", "name a header, or leave the default (message-type)");
        }
    }
}

namespace Consumers.Framework.Configuration;

/// <summary>
/// Checks what From, Until and what they need ask of each other, as far as that can be told without a broker. An offset against a time, or
/// against what is committed, is told when the read begins.
/// </summary>
internal static class ReadRelations
{
    private const string From = "From";
    private const string Until = "Until";

    public static void Check(ConsumerCheck check)
    {
        var options = check.Options;
        if (options.Partitions.Count == 0)
        {
            NeedsPartitions(check, From, options.From);
            NeedsPartitions(check, Until, options.Until);
        }

        if (options.Until is null && options.UntilReached != CompletionPolicy.StopConsumer && check.AreFine(Until))
        {
            check.Fail("UntilReached", "has no effect without Until: the consumer is never done", "give Until, or remove it");
        }

        if (!check.AreFine(From, Until))
        {
            return;
        }

        var from = ReadBound.Of(options.From);
        if (from is { Kind: ReadBoundKind.Committed } && options.GroupId is null)
        {
            check.Fail(From, "needs a group: without GroupId nothing is committed", "give a GroupId, or write Earliest, Latest, an offset or a time");
        }

        if (ReadBound.Of(options.Until) is { } until)
        {
            CheckOrder(check, from, until);
        }
    }

    private static void NeedsPartitions(ConsumerCheck check, string path, string? value)
    {
        if (value is not null && check.AreFine(path))
        {
            check.Fail(path, "has no effect without Partitions: a subscription begins at the committed offsets and has no end",
                "remove it, or list Partitions instead of Topics");
        }
    }

    private static void CheckOrder(ConsumerCheck check, ReadBound? from, ReadBound until)
    {
        switch (from?.Kind, until.Kind)
        {
            case (_, ReadBoundKind.Offset) when until.Offset == 0:
                check.Fail(Until, "lies before every record, and Until is exclusive: nothing would be read", "set it to 1 or more, or remove it");
                break;
            case (ReadBoundKind.Offset, ReadBoundKind.Offset) when until.Offset <= from!.Value.Offset:
                var first = from.Value.Offset;
                check.Fail(Until, $"is not after From ({OptionText.Format(first)}), and it is exclusive: nothing would be read",
                    (first < long.MaxValue ? $"set it to {OptionText.Format(first + 1)} or more, or " : "") + $"set From to {OptionText.Format(until.Offset - 1)} or less");
                break;
            case (ReadBoundKind.Time, ReadBoundKind.Time) when until.Time <= from!.Value.Time:
                check.Fail(Until, $"is not after From ({check.Options.From}), and it is exclusive: nothing would be read",
                    "set it to a later time, or From to an earlier one");
                break;
            case (ReadBoundKind.Latest, ReadBoundKind.End):
                check.Fail(Until, "is where From (Latest) begins: nothing would be read", "remove it, or let From begin earlier");
                break;
            case (ReadBoundKind.Latest, ReadBoundKind.Time):
                check.Fail(Until, "is looked up when the read begins, when nothing is written yet behind From (Latest): nothing would be read",
                    "remove it, or let From begin earlier");
                break;
        }
    }
}

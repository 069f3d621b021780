using System.Text.RegularExpressions;
using Consumers.Framework.Interop;

namespace Consumers.Framework.Configuration;

/// <summary>Checks <c>TopicPattern</c> and brings it to the form that the client takes.</summary>
internal static partial class TopicPatternText
{
    private const string Path = "TopicPattern";

    /// <summary>
    /// The subscription. The classic client searches the pattern in a name, and the broker of the new protocol wants the whole name to
    /// match; with both ends fixed they agree.
    /// </summary>
    public static string Subscription(string pattern)
    {
        var start = pattern.StartsWith('^') ? 1 : 0;
        var end = pattern.Length > start && pattern.EndsWith('$') ? 1 : 0;
        return $"^({pattern[start..^end]})$";
    }

    public static void Check(ConsumerCheck check)
    {
        if (check.Options.TopicPattern is not { } pattern || !check.AreFine(Path))
        {
            return;
        }

        if (check.Options.Topics.Count > 0 || check.Options.Partitions.Count > 0)
        {
            check.Fail(Path, "cannot be given together with Topics or Partitions: it is a subscription of its own", "remove it, or the others");
        }
        else if (Wrong(pattern) is { } wrong)
        {
            check.Fail(Path, wrong.Wrong, wrong.Fix);
        }
    }

    private static (string Wrong, string Fix)? Wrong(string pattern)
    {
        try
        {
            _ = new Regex(pattern);
        }
        catch (RegexParseException exception)
        {
            return ($"is no regular expression: {exception.Message.TrimEnd('.')}", "correct it");
        }

        // The client would take such a letter for itself, without a word.
        if (Shorthand().Match(pattern) is { Success: true } shorthand)
        {
            return ($"has {shorthand.Value}, which POSIX extended regular expressions do not have", "write it as a class, like [0-9] or [a-z]");
        }

        // There is no call that only checks a pattern; a setting that is a list of them is checked in the same way. A comma would part the
        // list, and there is no way to escape it: names of topics hold none, and in {1,3} it makes no difference whether it can be read.
        return NativeConfiguration.Check("topic.blacklist", Subscription(pattern).Replace(",", "", StringComparison.Ordinal)) is { } rejection
            ? ($"is refused by the client, whose patterns are POSIX extended regular expressions: {rejection.Error}", "write it without lookarounds and (?...) groups")
            : null;
    }

    [GeneratedRegex(@"(?<!\\)(?:\\\\)*\\[A-Za-z0-9]")]
    private static partial Regex Shorthand();
}

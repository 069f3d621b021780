using System.Buffers;
using System.Text.RegularExpressions;

namespace Consumers.Framework.Configuration;

/// <summary>Checks what a consumer subscribes to or is assigned.</summary>
internal static partial class TopicNames
{
    private const string Topics = "Topics";
    private const string Partitions = "Partitions";

    private static readonly SearchValues<char> Wildcards = SearchValues.Create("*?");
    private static readonly SearchValues<char> Metacharacters = SearchValues.Create("^+[](){}|\\$");

    /// <summary>Kafka's rule for topics, which instance ids follow too.</summary>
    public static bool IsValid(string name) => name is not ("." or "..") && Name().IsMatch(name);

    public static void Check(ConsumerCheck check)
    {
        var options = check.Options;
        if (options.Topics.Count > 0 && options.Partitions.Count > 0)
        {
            check.Fail(Partitions, "cannot be given together with Topics: one is a subscription, the other is not",
                "remove Topics or Partitions");
        }
        else if (options.Topics.Count == 0 && options.Partitions.Count == 0 && options.TopicPattern is null && check.AreFine(Topics, Partitions)
            && !check.HasFailureUnder(Topics, Partitions))
        {
            check.Fail(Topics, null, $"is required{check.Values.ErasedBy("TopicPattern")}", $"name the topics: \"Topics\": [\"{check.Name}\"], or give TopicPattern or Partitions");
        }

        for (var i = 0; i < options.Topics.Count; i++)
        {
            CheckName(check, $"{Topics}:{i}", options.Topics[i]);
            if (options.Topics.Take(i).Contains(options.Topics[i]))
            {
                check.Fail($"{Topics}:{i}", options.Topics[i], "is listed twice", "remove it once");
            }
        }

        foreach (var (topic, partitions) in options.Partitions)
        {
            CheckName(check, $"{Partitions}:{topic}", topic);
            CheckPartitions(check, topic, partitions ?? []);
        }

        TopicPatternText.Check(check);
        CheckWorkers(check);
    }

    private static void CheckName(ConsumerCheck check, string path, string? topic)
    {
        if (string.IsNullOrWhiteSpace(topic))
        {
            check.Fail(path, topic, "is empty", "name a topic, or remove the entry");
        }
        else if (IsPattern(topic))
        {
            check.Fail(path, topic, "is a pattern, and topics are listed by their names",
                $"give it as TopicPattern, without Topics{(RegexOf(topic) is { } regex ? $": \"TopicPattern\": \"{regex}\"" : "")}; or list the topics one by one");
        }
        else if (!IsValid(topic))
        {
            check.Fail(path, topic, "is no valid topic name", "use 1 to 249 letters, digits, '.', '_' and '-'");
        }
        else if (topic.StartsWith("__", StringComparison.Ordinal) && check.Options.InternalTopics == InternalTopics.Exclude)
        {
            check.Fail(path, topic, "is an internal topic, and InternalTopics is Exclude",
                "set InternalTopics to Include, or remove the topic");
        }
    }

    private static bool IsPattern(string topic) => topic.AsSpan().ContainsAny(Wildcards) || topic.AsSpan().ContainsAny(Metacharacters);

    /// <summary>What a wildcard of a shell is as a regular expression; null for what may be one already.</summary>
    private static string? RegexOf(string topic) => !topic.AsSpan().ContainsAny(Metacharacters) && !topic.Contains(".*", StringComparison.Ordinal)
        ? topic.Replace(".", @"\.", StringComparison.Ordinal).Replace("*", ".*", StringComparison.Ordinal).Replace("?", ".", StringComparison.Ordinal)
        : null;

    private static void CheckPartitions(ConsumerCheck check, string topic, int[] partitions)
    {
        if (partitions.Length == 0)
        {
            check.Fail($"{Partitions}:{topic}", "[]", "lists no partition", "list partition numbers, or remove the topic");
        }

        for (var i = 0; i < partitions.Length; i++)
        {
            if (partitions[i] < 0)
            {
                check.Fail($"{Partitions}:{topic}:{i}", partitions[i], "is no partition number", "use 0 or more");
            }
            else if (partitions.Take(i).Contains(partitions[i]))
            {
                check.Fail($"{Partitions}:{topic}:{i}", partitions[i], "is listed twice", "remove it once");
            }
        }
    }

    private static void CheckWorkers(ConsumerCheck check)
    {
        var total = check.Options.Partitions.Sum(p => p.Value?.Distinct().Count() ?? 0);
        if (total > 0 && check.Options.Workers > total && check.AreFine("Workers"))
        {
            check.Fail("Workers", $"is more than the {total} partitions that are listed, so some would have nothing to do",
                $"set it to {total} or less");
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9._-]{1,249}\\z")]
    private static partial Regex Name();
}

using System.Text.RegularExpressions;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;

namespace Consumers.Framework.Positions;

/// <summary>
/// Says what is the matter when a subscription finds nothing: a topic that is missing beside one of nearly that name, a pattern that matches
/// nothing yet. Each is said once, and stands in health until there is an assignment. Poll thread only.
/// </summary>
internal sealed class TopicHints(WorkerScope scope, IOffsetLookup offsets, LeaseTable leases)
{
    /// <summary>As long as a group may take that has something to give.</summary>
    private static readonly TimeSpan PatternPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);

    private readonly long _startedAt = scope.Time.GetTimestamp();
    private readonly Dictionary<string, string> _meant = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _unknown = new(StringComparer.Ordinal);
    private bool _patternSaid = scope.Options.TopicPattern is null;
    private long? _askedAt;

    /// <summary>The client says that a topic is not there.</summary>
    /// <returns>What is said of it in health.</returns>
    public string Unknown(string topic, string error)
    {
        if (_meant.TryGetValue(topic, out var meant))
        {
            return Text(error, meant);
        }

        _unknown[topic] = error;
        return error;
    }

    /// <summary>Between polls, about once a second. Asks the cluster only when there is something to find out.</summary>
    public void Look()
    {
        var isPatternDue = !_patternSaid && leases.All.Count == 0 && scope.Time.GetElapsedTime(_startedAt) >= PatternPatience;
        if ((_unknown.Count == 0 && !isPatternDue) || (_askedAt is { } askedAt && scope.Time.GetElapsedTime(askedAt) < AskAgainAfter))
        {
            return;
        }

        _askedAt = scope.Time.GetTimestamp();
        if (offsets.PartitionCounts(null, scope.Settings.LookupPatience) is not { } counts)
        {
            return;
        }

        List<string> topics = [.. counts.Where(static topic => topic.Value > 0).Select(static topic => topic.Key)];
        if (isPatternDue)
        {
            _patternSaid = true;
            LookAtPattern(scope.Options.TopicPattern!, topics);
        }

        LookForMeant(topics);
    }

    private void LookAtPattern(string pattern, List<string> topics)
    {
        if (!topics.Exists(topic => Matches(pattern, topic)))
        {
            scope.Status.ReportSubscriptionError($"TopicPattern {pattern} matches no topic yet");
            Log.NoTopicMatches(scope.Logger, scope.Consumer, scope.Index, pattern, topics.Count);
        }
    }

    private void LookForMeant(List<string> topics)
    {
        foreach (var (topic, error) in _unknown)
        {
            if (!topics.Contains(topic, StringComparer.Ordinal) && NameSuggestion.For(topic, topics) is { } meant)
            {
                _meant[topic] = meant;
                scope.Status.ReportSubscriptionError(Text(error, meant));
                Log.TopicMissing(scope.Logger, scope.Consumer, scope.Index, topic, meant);
            }
        }

        _unknown.Clear();
    }

    private static string Text(string error, string meant) => $"{error.TrimEnd('.')}; did you mean the topic {meant}?";

    private bool Matches(string pattern, string topic)
    {
        if (scope.Options.InternalTopics == InternalTopics.Exclude && topic.StartsWith("__", StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            return Regex.IsMatch(topic, TopicPatternText.Subscription(pattern), RegexOptions.None, MatchLimit);
        }
        catch (RegexMatchTimeoutException)
        {
            return true;
        }
    }
}

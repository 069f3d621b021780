using System.Globalization;
using Consumers.Framework.Interop;

namespace Consumers.Framework.Configuration;

/// <summary>Checks the <c>Client</c> settings of one consumer, in the end by asking the client itself.</summary>
internal static class ClientCheck
{
    private const string Backoff = "fetch.queue.backoff.ms";
    private const string Queue = "queued.min.messages";

    public static void Run(ConsumerCheck check)
    {
        foreach (var (key, value) in check.Options.Client)
        {
            if (Refusal(check, key, value) is { } refusal)
            {
                check.Fail($"{ClientSection.Name}:{key}", refusal.Shown ? value : Secrets.Mask, refusal.Wrong, refusal.Fix);
            }
        }

        CheckQueue(check);
    }

    private static (string Wrong, string Fix, bool Shown)? Refusal(ConsumerCheck check, string key, string? value)
    {
        if (value is null)
        {
            return ("is null", "give a value or remove the key", true);
        }

        var answer = ReservedClientKeys.Find(key) ?? JavaNames.Find(key);
        if (ConfluentKeys.All.TryGetValue(key, out var confluent))
        {
            answer = confluent;
            if (answer is null)
            {
                return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var delay) && delay is >= 1 and <= 10_000
                    ? null
                    : ("is out of range", "set it to 1 to 10000, or remove it: the framework does not depend on it", true);
            }
        }

        if (answer is not null)
        {
            return (answer.Wrong, answer.Fix, true);
        }

        if (key == "group.remote.assignor" && check.Options.GroupProtocol == GroupProtocol.Classic)
        {
            return ("has no effect under the classic protocol", "use Assignor, or set GroupProtocol to Consumer", true);
        }

        if (NativeConfiguration.Check(key, value) is not { } rejection)
        {
            return null;
        }

        if (!rejection.IsUnknown)
        {
            var error = Secrets.Hides(key, value) ? "" : ": " + rejection.Error;
            return ($"is refused by the client{error}", ForeignValues.Meant(key, value) is { } spelling ? $"write {spelling}"
                : key == "plugin.library.paths" ? "correct the path, or install the plugin and what it needs"
                : "correct the value (see CONFIGURATION.md of librdkafka)", true);
        }

        var meant = NameSuggestion.For(key, ClientKeyList.All.Concat(JavaNames.All.Select(j => j.Key)));
        var option = OptionCatalog.Find(key);
        return ("is no client setting", option is not null ? $"it is an option of the consumer: write {option.Path} outside of Client"
            : meant is null ? "remove it (see CONFIGURATION.md of librdkafka for the names)"
            : $"did you mean {meant}?", meant is not null && !UnknownNames.Hides(key));
    }

    // Measured: with the client's own back-off of 1 s a small queue is refilled once a second, five times slower than with its defaults.
    private static void CheckQueue(ConsumerCheck check)
    {
        if (check.Options.Client.TryGetValue(Backoff, out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var backoff) && backoff >= 100)
        {
            var queue = check.Options.Client.TryGetValue(Queue, out var set) ? set : ClientDefault.All.First(d => d.Key == Queue).Value;
            if (int.TryParse(queue, NumberStyles.None, CultureInfo.InvariantCulture, out var messages) && messages < 100_000)
            {
                check.Fail($"{ClientSection.Name}:{Backoff}", text,
                    $"makes a consumer with a queue of {messages} records ({Queue}) wait on an empty queue, about five times slower",
                    $"set both ({Queue} to 100000 or more) or none");
            }
        }
    }
}

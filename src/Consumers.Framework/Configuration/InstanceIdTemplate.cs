using System.Globalization;
using System.Text.RegularExpressions;

namespace Consumers.Framework.Configuration;

/// <summary>Expands <c>GroupInstanceId</c> for one worker.</summary>
internal static partial class InstanceIdTemplate
{
    private const string Worker = "{worker}";

    /// <summary>The instance id of each worker; null, and the failure reported, when the template cannot be expanded.</summary>
    public static IReadOnlyList<string>? Expand(ConsumerCheck check, HostIdentity host)
    {
        var template = check.Options.GroupInstanceId!;
        var errors = 0;
        var unstable = "";
        var shared = Placeholder().Replace(template, match => match.Value == Worker ? Worker : Value(match.Value));
        if (errors == 0 && Placeholder().Replace(template, "").AsSpan().IndexOfAny('{', '}') >= 0)
        {
            Fail("has a brace without its partner", "write placeholders as {host}, {worker}, {name} or {env:VARIABLE}");
        }

        if (errors > 0)
        {
            return null;
        }

        var workers = check.Options.Workers;
        if (workers > 1 && !shared.Contains(Worker, StringComparison.Ordinal))
        {
            shared += "-" + Worker;
        }

        var ids = Enumerable.Range(0, workers)
            .Select(worker => shared.Replace(Worker, worker.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)).ToList();
        if (ids.FirstOrDefault(id => !TopicNames.IsValid(id)) is { } invalid)
        {
            Fail($"becomes '{invalid}', which Kafka refuses", "use 1 to 249 letters, digits, '.', '_' and '-'");
            return null;
        }

        if (unstable.Length > 0)
        {
            check.Warn(
                $"GroupInstanceId contains '{unstable}', which looks like the name of a pod of a Deployment or of a container: it changes " +
                "with each rollout, and each old name stays a member of the group until its session times out. " +
                "Use a StatefulSet, or a name that outlives a restart.");
        }

        return ids;

        string Value(string placeholder)
        {
            var value = placeholder switch
            {
                "{host}" => host.HostName,
                "{name}" => check.Name,
                _ when placeholder.StartsWith("{env:", StringComparison.Ordinal) && placeholder.Length > 6 =>
                    host.Variable(placeholder[5..^1]) ?? "",
                _ => null,
            };
            if (value is null)
            {
                Fail($"has the unknown placeholder {placeholder}", "write {host}, {worker}, {name} or {env:VARIABLE}");
            }
            else if (value.Trim().Length == 0)
            {
                Fail($"has {placeholder}, which is empty on this machine", placeholder == "{host}" ? "give the machine a name"
                    : $"set the environment variable {placeholder[5..^1]}, or take it out of the template");
            }
            else if (PodName().IsMatch(value) || ContainerId().IsMatch(value))
            {
                unstable = value;
            }

            return value?.Trim() ?? "";
        }

        void Fail(string wrong, string fix)
        {
            errors++;
            check.Fail("GroupInstanceId", wrong, fix);
        }
    }

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Placeholder();

    // Kubernetes draws these from an alphabet without vowels: <deployment>-<replica set hash>-<5 characters>.
    [GeneratedRegex("-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$")]
    private static partial Regex PodName();

    [GeneratedRegex("^[0-9a-f]{12}$")]
    private static partial Regex ContainerId();
}

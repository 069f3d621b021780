using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Consumers.Framework.Configuration;

/// <summary>Reads and checks what configuration and code say about every consumer of the host. Holds no state; safe from any thread.</summary>
internal sealed class ConsumerSettingsReader(
    IEnumerable<ConsumerDeclaration> declarations,
    ConsumerConfiguration configuration,
    IOptions<HostOptions> host,
    HostIdentity identity,
    IEnumerable<OAuthBearerTokenSource> tokens)
{
    /// <summary>Reads all consumers and finds everything that is wrong.</summary>
    /// <param name="options">Makes the options of a consumer: runs the application's own code.</param>
    /// <param name="registrations">What else is checked of each enabled consumer, a trial of its client last; null makes neither handlers nor clients.</param>
    public SettingsReading Read(Func<string, KafkaConsumerOptions> options, IEnumerable<IRegistrationCheck>? registrations)
    {
        var problems = new Problems();
        var consumers = Distinct(problems);
        configuration.Check(consumers, problems);

        var reading = new SettingsReading(problems.Failures);
        var running = new List<ConsumerCheck>();
        foreach (var consumer in consumers)
        {
            var values = configuration.Read(consumer, problems);
            if (Bound(consumer, values, options, problems) is not { } bound)
            {
                continue;
            }

            var check = new ConsumerCheck(consumer.Name, bound, values, problems) { TokenSource = tokens.LastOrDefault(source => source.Consumer == consumer.Name) };
            reading.Consumers.Add(check);
            if (!RangeCheck.HasGroups(check))
            {
                continue;
            }

            ClientCheck.Run(check);
            if (bound.Enabled)
            {
                Validate(check, reading.InstanceIds);
                if (registrations is not null)
                {
                    foreach (var registration in registrations)
                    {
                        registration.Run(check);
                    }

                    ClientTrial.Run(check);
                }

                running.Add(check);
            }
        }

        HostRelations.Check(running, reading.InstanceIds, host.Value.ShutdownTimeout);
        return reading;
    }

    private void Validate(ConsumerCheck check, Dictionary<ConsumerCheck, IReadOnlyList<string>> instanceIds)
    {
        RangeCheck.Run(check);
        TopicNames.Check(check);
        GroupRelations.Check(check);
        ReadRelations.Check(check);
        TimeRelations.Check(check);
        BootstrapServerList.Check(check);
        SecurityCheck.Run(check);
        if (check.Options.GroupInstanceId is not null && check.AreFine("GroupInstanceId", "Workers")
            && InstanceIdTemplate.Expand(check, identity) is { } ids)
        {
            instanceIds.Add(check, ids);
        }

        if (!string.Equals(check.Options.Cluster, check.Values["Cluster"], StringComparison.Ordinal) && check.AreFine("Cluster"))
        {
            check.Fail("Cluster", "was set in code, after it had decided which section is read", "set it in configuration");
        }
    }

    private List<ConsumerDeclaration> Distinct(Problems problems)
    {
        var distinct = new List<ConsumerDeclaration>();
        foreach (var consumer in declarations)
        {
            if (distinct.Find(c => c.Name.Equals(consumer.Name, StringComparison.OrdinalIgnoreCase)) is { } first)
            {
                problems.Add($"AddKafkaConsumer(\"{consumer.Name}\")", consumer.Name, first.Name == consumer.Name
                    ? "is registered twice" : $"differs from the registered '{first.Name}' only in case",
                    "remove one, or give it a name of its own; more handlers for one consumer are added with Handle<THandler>()");
            }
            else if (string.IsNullOrWhiteSpace(consumer.Name) || consumer.Name.Contains(':', StringComparison.Ordinal))
            {
                problems.Add($"AddKafkaConsumer(\"{consumer.Name}\")", consumer.Name, "is no name of a consumer",
                    "use a name without ':', it becomes part of a configuration path");
            }
            else
            {
                distinct.Add(consumer);
            }
        }

        return distinct;
    }

    private static KafkaConsumerOptions? Bound(
        ConsumerDeclaration consumer, BoundValues values, Func<string, KafkaConsumerOptions> options, Problems problems)
    {
        try
        {
            return options(consumer.Name);
        }
        catch (OptionsValidationException e)
        {
            // The application's own validators of these options.
            foreach (var failure in e.Failures)
            {
                problems.AddText($"{values.SectionPath}: {failure}");
            }

            return null;
        }
    }
}

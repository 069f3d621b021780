using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Consumers.Framework.Configuration;

/// <summary>Loads the settings of every consumer of the host, once. Safe from any thread.</summary>
internal sealed class ConsumerSettingsSource(
    IEnumerable<ConsumerDeclaration> declarations,
    ConsumerConfiguration configuration,
    IOptionsMonitor<KafkaConsumerOptions> options,
    IOptions<HostOptions> host,
    HostIdentity identity,
    IEnumerable<IRegistrationCheck> registrations) : IConsumerSettingsSource
{
    private readonly Lock _gate = new();
    private IReadOnlyList<ConsumerSettings>? _settings;
    private bool _isLoading;

    public IReadOnlyList<ConsumerSettings> Load()
    {
        lock (_gate)
        {
            return _settings ??= LoadOnce();
        }
    }

    /// <summary>The check of the registrations makes singleton handlers, and one of them may ask for what is just being made.</summary>
    private List<ConsumerSettings> LoadOnce()
    {
        if (_isLoading)
        {
            throw new InvalidOperationException(
                "The consumers are not made yet: a handler that is a singleton asks for one of them in its constructor. Ask when the first record comes, or once the host has started.");
        }

        _isLoading = true;
        try
        {
            return LoadAll();
        }
        finally
        {
            _isLoading = false;
        }
    }

    private List<ConsumerSettings> LoadAll()
    {
        var problems = new Problems();
        var consumers = Distinct(problems);
        configuration.Check(consumers, problems);

        var checks = new List<ConsumerCheck>();
        var running = new List<ConsumerCheck>();
        var instanceIds = new Dictionary<ConsumerCheck, IReadOnlyList<string>>();
        foreach (var consumer in consumers)
        {
            var values = configuration.Read(consumer, problems);
            if (Bound(consumer, values, problems) is not { } bound)
            {
                continue;
            }

            var check = new ConsumerCheck(consumer.Name, bound, values, problems);
            checks.Add(check);
            if (!RangeCheck.HasGroups(check))
            {
                continue;
            }

            ClientCheck.Run(check);
            if (bound.Enabled)
            {
                Validate(check, instanceIds);
                foreach (var registration in registrations)
                {
                    registration.Run(check);
                }

                running.Add(check);
            }
        }

        HostRelations.Check(running, instanceIds, host.Value.ShutdownTimeout);
        return problems.Failures.Count > 0
            ? throw new ConsumerSettingsException(problems.Failures)
            : checks.ConvertAll(check => Settings(check, instanceIds.GetValueOrDefault(check)));
    }

    private void Validate(ConsumerCheck check, Dictionary<ConsumerCheck, IReadOnlyList<string>> instanceIds)
    {
        RangeCheck.Run(check);
        TopicNames.Check(check);
        GroupRelations.Check(check);
        ReadRelations.Check(check);
        TimeRelations.Check(check);
        BootstrapServerList.Check(check);
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

    private KafkaConsumerOptions? Bound(ConsumerDeclaration consumer, BoundValues values, Problems problems)
    {
        try
        {
            return options.Get(consumer.Name);
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

    private ConsumerSettings Settings(ConsumerCheck check, IReadOnlyList<string>? instanceIds) => new()
    {
        Name = check.Name,
        SectionPath = check.Values.SectionPath,
        Options = check.Options,
        CommitInterval = check.Options.Commit?.Interval
            ?? (check.Options.Commit?.Strategy == CommitStrategy.Auto ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(200)),
        WorkerClients = check.Options.Enabled ? ClientSettings.Build(check.Name, check.Options, instanceIds) : [],
        NonDefaults = check.Options.Enabled ? EffectiveSettings.Of(check, configuration.Configuration) : [],
        Warnings = check.Warnings,
    };
}

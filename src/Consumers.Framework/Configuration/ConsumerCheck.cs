namespace Consumers.Framework.Configuration;

/// <summary>One consumer under validation. Used by the one thread that loads the settings.</summary>
internal sealed class ConsumerCheck(string name, KafkaConsumerOptions options, BoundValues values, Problems problems)
{
    private readonly List<string> _warnings = [];

    public string Name { get; } = name;

    public KafkaConsumerOptions Options { get; } = options;

    public BoundValues Values { get; } = values;

    /// <summary>Where its tokens come from; null when it has no callback for them.</summary>
    public OAuthBearerTokenSource? TokenSource { get; init; }

    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Whether anything is wrong with it already, beside what could not be bound.</summary>
    public bool HasFailed { get; private set; }

    public void Fail(string path, object? value, string wrong, string fix)
    {
        HasFailed = true;
        problems.Add(Values.PathOf(path), value, wrong, fix);
    }

    /// <summary>A failure whose value is the option's.</summary>
    public void Fail(string path, string wrong, string fix) => Fail(path, OptionCatalog.Find(path)!.Read(Options), wrong, fix);

    /// <summary>A failure of what code has registered, not of an option.</summary>
    public void FailRegistration(string what, string wrong, string fix)
    {
        HasFailed = true;
        problems.Add($"AddKafkaConsumer(\"{Name}\")", what, wrong, fix);
    }

    /// <summary>A failure of the application, not of one consumer; it is reported once.</summary>
    public void FailHost(string what, string wrong, string fix) => problems.AddText($"{what}: {wrong}; {fix}");

    public void Warn(string warning) => _warnings.Add(warning);

    /// <summary>Whether nothing is wrong with these options yet. A relation to a wrong value says nothing.</summary>
    public bool AreFine(params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            if (problems.Has(Values.PathOf(path)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether something was wrong with an entry of these lists or maps, so that what is missing was meant to be there.</summary>
    public bool HasFailureUnder(params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            if (problems.HasUnder(Values.PathOf(path)))
            {
                return true;
            }
        }

        return false;
    }
}

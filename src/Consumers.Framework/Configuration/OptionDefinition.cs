namespace Consumers.Framework.Configuration;

/// <summary>What is known about one option: the one place that binding, range checks, the start log and the documentation go by.</summary>
/// <param name="Path">Its path inside the consumer's section.</param>
/// <param name="Kind">How it is written.</param>
/// <param name="Default">What a consumer runs with when it is not given, as text; null for nothing.</param>
/// <param name="Read">Reads it from bound options.</param>
/// <param name="Summary">Its meaning in one line.</param>
internal sealed record OptionDefinition(
    string Path, OptionKind Kind, string? Default, Func<KafkaConsumerOptions, object?> Read, string Summary)
{
    /// <summary>The least value; ticks for a duration.</summary>
    public long Min { get; init; } = long.MinValue;

    /// <summary>The greatest value; ticks for a duration.</summary>
    public long Max { get; init; } = long.MaxValue;

    /// <summary>The values of a choice, or the words of a place in a partition.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The librdkafka key that it sets.</summary>
    public string? ClientKey { get; init; }

    /// <summary>The range as the documentation and the messages write it; null where any value will do.</summary>
    public string? RangeText => Kind switch
    {
        OptionKind.Flag => "true, false",
        OptionKind.Choice => string.Join(", ", Choices),
        OptionKind.ReadBound => $"{string.Join(", ", Choices)}, an offset, a time",
        OptionKind.Number when Max == long.MaxValue => $"{OptionText.Format(Min)} or more",
        OptionKind.Number => $"{OptionText.Format(Min)} to {OptionText.Format(Max)}",
        OptionKind.Duration => $"{OptionText.Format(new TimeSpan(Min))} to {OptionText.Format(new TimeSpan(Max))}",
        _ => null,
    };
}

namespace Consumers.Framework.Configuration;

/// <summary>Reads a choice by its name, in any case. What Kafka's other clients call it is answered with the name here.</summary>
internal static class ChoiceText
{
    public static ParsedText Parse(OptionDefinition option, string text)
    {
        if (option.Choices.FirstOrDefault(c => c.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } choice)
        {
            return ParsedText.Of(choice);
        }

        if (option.Path == "Assignor")
        {
            return ParseAssignor(option, text);
        }

        var plain = Plain(text);
        var meant = option.Choices.FirstOrDefault(c => c.Equals(plain, StringComparison.OrdinalIgnoreCase))
            ?? (option.Path, plain.ToUpperInvariant()) switch
        {
            ("AutoOffsetReset", "ERROR") => "None",
            ("AutoOffsetReset", "SMALLEST" or "BEGINNING") => "Earliest",
            ("AutoOffsetReset", "LARGEST" or "END") => "Latest",
            ("GroupProtocol", "KIP848") => "Consumer",
            _ => NameSuggestion.For(plain, option.Choices),
        };
        return ParsedText.Bad(
            "is none of the choices", meant is null ? $"write {option.RangeText}" : $"write {meant}; the choices are {option.RangeText}");
    }

    private static ParsedText ParseAssignor(OptionDefinition option, string text)
    {
        const StringSplitOptions Split = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        var names = text.Trim('[', ']').Split(',', Split).Select(Assignor).ToList();
        if (names.Count > 1)
        {
            return ParsedText.Bad(
                names.Any(n => n == nameof(PartitionAssignor.CooperativeSticky))
                    ? "mixes eager and cooperative assignors, which the client cannot do: it has no rolling upgrade from one to the other"
                    : "is a list, but all members of a group use one assignor",
                "name one of " + option.RangeText);
        }

        return names.Count == 1 && names[0] is "Sticky"
            ? ParsedText.Bad("does not exist in librdkafka, which has no eager sticky assignor",
                "write CooperativeSticky, which is sticky and keeps consuming during a rebalance")
            : ParsedText.Bad(
                "is no assignor", names.Count == 1 && option.Choices.Contains(names[0]) ? $"write {names[0]}" : $"write one of {option.RangeText}");
    }

    private static string Assignor(string text)
    {
        var name = Plain(text[(text.LastIndexOf('.') + 1)..]);
        name = name.EndsWith("Assignor", StringComparison.OrdinalIgnoreCase) ? name[..^"Assignor".Length] : name;
        return name.ToUpperInvariant() switch
        {
            "RANGE" => nameof(PartitionAssignor.Range),
            "ROUNDROBIN" => nameof(PartitionAssignor.RoundRobin),
            "COOPERATIVESTICKY" => nameof(PartitionAssignor.CooperativeSticky),
            "STICKY" => "Sticky",
            _ => name,
        };
    }

    private static string Plain(string text) => new([.. text.Where(char.IsLetterOrDigit)]);
}

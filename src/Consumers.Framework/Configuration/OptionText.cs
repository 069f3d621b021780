using System.Collections;
using System.Globalization;

namespace Consumers.Framework.Configuration;

/// <summary>Reads and writes option values as configuration text, in one culture.</summary>
internal static class OptionText
{
    public static string Format(object? value) => value switch
    {
        null => "(not set)",
        string { Length: 0 } => "\"\"",
        string text => text,
        bool flag => flag ? "true" : "false",
        TimeSpan time => Duration(time),
        IDictionary<string, int[]> map =>
            "{ " + string.Join(", ", map.Select(p => $"{p.Key}: [{string.Join(", ", p.Value ?? [])}]")) + " }",
        IDictionary<string, string> map => "{ " + string.Join(", ", map.Keys) + " }",
        IEnumerable list => "[" + string.Join(", ", list.Cast<object?>()) + "]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>Parses the text of an option that is one value.</summary>
    public static ParsedText Parse(OptionDefinition option, string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length == 0)
        {
            return ParsedText.Bad("is empty", option.Default is null
                ? "give a value or remove the key"
                : $"remove the key, or write it like {option.Default}");
        }

        return option.Kind switch
        {
            OptionKind.Flag => ParseFlag(trimmed),
            OptionKind.Number => ParseNumber(option, trimmed),
            OptionKind.Duration => DurationText.Parse(option, trimmed),
            OptionKind.Choice => ChoiceText.Parse(option, trimmed),
            OptionKind.ReadBound => ReadBoundText.Parse(option, trimmed),
            _ => ParsedText.Of(trimmed),
        };
    }

    private static string Duration(TimeSpan time)
    {
        var text = time.ToString("c", CultureInfo.InvariantCulture);
        return time.Ticks % TimeSpan.TicksPerSecond == 0 ? text : text.TrimEnd('0');
    }

    private static ParsedText ParseFlag(string text)
    {
        if (bool.TryParse(text, out var flag))
        {
            return ParsedText.Of(flag ? "true" : "false");
        }

        var meant = text.ToUpperInvariant() switch
        {
            "1" or "YES" or "ON" or "Y" => "true",
            "0" or "NO" or "OFF" or "N" => "false",
            _ => "true or false",
        };
        return ParsedText.Bad("is not a truth value", $"write {meant}");
    }

    private static ParsedText ParseNumber(OptionDefinition option, string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number >= option.Min && number <= option.Max
                ? ParsedText.Of(number.ToString(CultureInfo.InvariantCulture))
                : OutOfRange(option);
        }

        var digits = text.TrimStart('-', '+').Replace("_", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal);
        if (digits.Length > 0 && digits.All(char.IsAsciiDigit))
        {
            return long.TryParse(digits, out number)
                ? ParsedText.Bad("is not a whole number in plain digits", $"write {number.ToString(CultureInfo.InvariantCulture)}")
                : OutOfRange(option);
        }

        return ParsedText.Bad("is not a whole number",
            $"write it in plain digits, like {option.Default ?? Format(option.Min)} (range: {option.RangeText})");
    }

    /// <summary>The failure of a value outside its option's range.</summary>
    public static ParsedText OutOfRange(OptionDefinition option) =>
        ParsedText.Bad("is out of range", option.Default is null
            ? $"set it to {option.RangeText}"
            : $"set it to {option.RangeText} (default {option.Default})");
}

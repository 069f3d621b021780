using System.Globalization;

namespace Consumers.Framework.Configuration;

/// <summary>
/// Reads durations in exactly one form, <c>[d.]hh:mm:ss[.fffffff]</c>. .NET itself would read <c>5000</c> as days and <c>24:00:00</c> as
/// 24 days; here these are errors that show the right spelling.
/// </summary>
internal static class DurationText
{
    private static readonly (string Suffix, double Milliseconds)[] Units =
    [
        ("ms", 1), ("milliseconds", 1), ("s", 1_000), ("sec", 1_000), ("seconds", 1_000), ("m", 60_000), ("min", 60_000),
        ("minutes", 60_000), ("h", 3_600_000), ("hours", 3_600_000), ("d", 86_400_000), ("days", 86_400_000), ("", 1),
    ];

    public static ParsedText Parse(OptionDefinition option, string text)
    {
        if (text.Count(c => c == ':') == 2 && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var time))
        {
            return time.Ticks >= option.Min && time.Ticks <= option.Max
                ? ParsedText.Of(OptionText.Format(time))
                : OptionText.OutOfRange(option);
        }

        var example = Meant(text) is { } meant ? $"write {OptionText.Format(meant)}" : $"write it like {option.Default ?? "00:00:05"}";
        return ParsedText.Bad("is not a duration of the form hh:mm:ss", $"{example} ([days.]hours:minutes:seconds[.fraction])");
    }

    private static TimeSpan? Meant(string text)
    {
        foreach (var (suffix, milliseconds) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text[..^suffix.Length], NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite,
                    CultureInfo.InvariantCulture, out var number)
                && number * milliseconds < TimeSpan.MaxValue.TotalMilliseconds / 2)
            {
                return TimeSpan.FromMilliseconds(number * milliseconds);
            }
        }

        var parts = text.Split(':');
        if (parts.Length != 3 || !parts.All(p => p.Length is > 0 and < 6 && p.All(char.IsAsciiDigit)))
        {
            return null;
        }

        var numbers = Array.ConvertAll(parts, part => int.Parse(part, CultureInfo.InvariantCulture));
        return new TimeSpan(numbers[0], numbers[1], numbers[2]);
    }
}

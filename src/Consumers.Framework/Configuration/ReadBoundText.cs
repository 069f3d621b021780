using System.Globalization;
using System.Text.RegularExpressions;

namespace Consumers.Framework.Configuration;

/// <summary>
/// Reads the places of <c>From</c> and <c>Until</c>: a word, an offset in plain digits, or a time in ISO 8601 with its zone. A time without
/// one would mean something else on each machine; it is an error that shows the right spelling.
/// </summary>
internal static partial class ReadBoundText
{
    private static readonly string[] TimeFormats = ["yyyy-MM-ddTHH:mmzzz", "yyyy-MM-ddTHH:mm:sszzz", "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz"];

    public static ReadBound? Read(string text) =>
        Enum.TryParse(text, ignoreCase: true, out ReadBoundKind word) && IsWord(word) && char.IsAsciiLetter(text[0]) ? new ReadBound(word)
        : IsDigits(text) && long.TryParse(text, CultureInfo.InvariantCulture, out var offset) ? new ReadBound(ReadBoundKind.Offset, Offset: offset)
        : IsWholeTime(Iso().Match(text)) && ReadTime(text) is { } time ? new ReadBound(ReadBoundKind.Time, Time: time)
        : null;

    public static ParsedText Parse(OptionDefinition option, string text) => Read(text) switch
    {
        { Kind: ReadBoundKind.Offset } => ParsedText.Of(text),
        { Kind: ReadBoundKind.Time, Time.Ticks: var ticks } when ticks < DateTimeOffset.UnixEpoch.Ticks =>
            ParsedText.Bad("is before 1970, where Kafka's time begins", "write a later time"),
        { Kind: ReadBoundKind.Time } => ParsedText.Of(text),
        { Kind: var word } when option.Choices.Contains(word.ToString()) => ParsedText.Of(word.ToString()),
        _ => Explain(option, text),
    };

    private static ParsedText Explain(OptionDefinition option, string text)
    {
        var spelling = $"{string.Join(", ", option.Choices)}, an offset like 1200, or a time with its zone like 2026-01-31T08:00:00Z";
        if (Iso().Match(text) is { Success: true } iso)
        {
            var meant = $"{iso.Groups["date"]}T{Or(iso.Groups["time"], "00:00:00")}{Or(iso.Groups["zone"], "Z")}";
            return ReadTime(meant) is null ? ParsedText.Bad("is no time that exists", $"write it like 2026-01-31T08:00:00Z")
                : iso.Groups["zone"].Success ? ParsedText.Bad("is no time in ISO 8601", $"write {meant}")
                : ParsedText.Bad("is a time without a zone, which every machine would read differently", $"write {meant}, or with your offset instead of Z");
        }

        var digits = text.Replace("_", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal);
        if (IsDigits(digits))
        {
            return long.TryParse(digits, CultureInfo.InvariantCulture, out var offset)
                ? ParsedText.Bad("is not an offset in plain digits", $"write {OptionText.Format(offset)}")
                : ParsedText.Bad("is out of range", $"write an offset of {OptionText.Format(long.MaxValue)} or less");
        }

        return ParsedText.Bad("is no place in a partition", Meant(option, text) is { } word ? $"write {word}; possible are {spelling}" : $"write {spelling}");
    }

    private static string? Meant(OptionDefinition option, string text)
    {
        var end = option.Choices.Contains(nameof(ReadBoundKind.Latest)) ? nameof(ReadBoundKind.Latest) : nameof(ReadBoundKind.End);
        var meant = text.ToUpperInvariant() switch
        {
            "BEGINNING" or "BEGIN" or "START" or "SMALLEST" or "-2" => nameof(ReadBoundKind.Earliest),
            "END" or "LATEST" or "LARGEST" or "NOW" or "-1" => end,
            "STORED" or "GROUP" or "-1000" => nameof(ReadBoundKind.Committed),
            _ => NameSuggestion.For(text, option.Choices),
        };
        return option.Choices.Contains(meant) ? meant : null;
    }

    private static DateTimeOffset? ReadTime(string text) =>
        DateTimeOffset.TryParseExact(
            text.EndsWith('Z') ? $"{text[..^1]}+00:00" : text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    private static bool IsWholeTime(Match iso) => iso.Groups["time"].Success && iso.Groups["zone"].Success;

    private static bool IsWord(ReadBoundKind kind) => kind < ReadBoundKind.Offset;

    private static bool IsDigits(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    private static string Or(Group group, string other) => group.Success ? group.Value : other;

    [GeneratedRegex(@"^(?<date>\d{4}-\d{2}-\d{2})([T ](?<time>\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?))? ?(?<zone>Z|[+-]\d{2}:\d{2})?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Iso();
}

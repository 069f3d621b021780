using System.Globalization;
using System.Text.RegularExpressions;

namespace Consumers.Framework.Positions;

/// <summary>
/// Where a log has parted from the one that was consumed, by an election that lost records. The client knows it and goes on there by
/// itself, unless it is told to reset nothing: then it only writes it into its error.
/// </summary>
internal static partial class TruncationPoint
{
    /// <summary>The first offset that differs; null when the error is about something else.</summary>
    public static long? In(string reason) =>
        Text().Match(reason) is { Success: true } match
        && long.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : null;

    [GeneratedRegex("log truncation detected.*broker end offset is ([0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Text();
}

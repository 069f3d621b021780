using System.Globalization;
using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.IntegrationTests.Positions;

/// <summary>A row of the table of docs/positions.md.</summary>
/// <param name="Reset">AutoOffsetReset.</param>
/// <param name="Committed">What the group has committed, and what became of it.</param>
/// <param name="Start">Where the partition starts, or how its state is called when it does not.</param>
/// <param name="Skipped">Offsets that are never seen.</param>
/// <param name="Repeated">Offsets that are seen again.</param>
/// <param name="Event">The event that says so.</param>
public sealed record PositionOutcome(string Reset, string Committed, string Start, string Skipped, string Repeated, string Event)
{
    /// <summary>The committed offset; null when there is none.</summary>
    public long? CommittedOffset => char.IsAsciiDigit(Committed[0])
        ? long.Parse(new string([.. Committed.TakeWhile(char.IsAsciiDigit)]), CultureInfo.InvariantCulture)
        : null;

    /// <summary>Whether the topic was deleted and created again after the commit.</summary>
    public bool IsMadeAnew => Committed.EndsWith("made anew", StringComparison.Ordinal);

    /// <summary>The rows of the table.</summary>
    public static IReadOnlyList<PositionOutcome> All()
    {
        var page = Repository.Read("docs/positions.md").Split('\n');
        return [.. page
            .SkipWhile(static line => line != "<!-- begin:outcomes -->")
            .TakeWhile(static line => line != "<!-- end:outcomes -->")
            .Skip(3)
            .Select(static line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(static cells => new PositionOutcome(cells[1], cells[2], cells[3], cells[4], cells[5], cells[6]))];
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Reset}, {Committed}";
}

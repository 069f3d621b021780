using System.Globalization;
using Consumers.Framework.Fleet.Cells;
using Consumers.Framework.Fleet.Running;
using Consumers.Framework.Fleet.Scenarios;

namespace Consumers.Framework.Fleet.Commands;

/// <summary>What the command line says after <c>run</c>.</summary>
internal sealed record FleetOptions
{
    public static string Usage { get; } = $"""
        --duration MINUTES   go round the matrix until then, each round with the next seed (default: one round)
        --seed N             from which scripts, keys and handlers are drawn (default 1)
        --cell A/S/O         ASSIGNOR/STRATEGY/ORDERING; may be given again (default: all)
                             assignors: {string.Join(", ", Enum.GetNames<FleetAssignor>())}
        --scenario NAME      the same for every cell (default: each cell has its turn of each, round by round)
        --size N             steps of a scenario (default: the scenario's own number)
        --load Light|Heavy   200 records a second over 24 partitions, or 1,000 over 96 (default Light)
        --keep FOLDER        where the runs are kept, one folder each (default: red ones are kept in the temporary folder)

        Scenarios:
        {string.Join("\n", ScenarioCatalog.All.Select(static scenario => $"{scenario.Key,-10} {scenario.Value.Summary}"))}
        """;

    public TimeSpan? Duration { get; init; }

    public int Seed { get; init; } = 1;

    public IReadOnlyList<Cell> Cells { get; init; } = [];

    public string? Scenario { get; init; }

    public int Size { get; init; }

    public FleetLoad Load { get; init; }

    public string? Keep { get; init; }

    /// <exception cref="FormatException">A word is no option, or a value is none.</exception>
    public static FleetOptions Parse(ReadOnlySpan<string> words)
    {
        var options = new FleetOptions();
        for (var index = 0; index < words.Length; index += 2)
        {
            options = index + 1 < words.Length ? options.With(words[index], words[index + 1]) : throw new FormatException($"{words[index]} needs a value.");
        }

        return options;
    }

    private FleetOptions With(string word, string value) => word switch
    {
        "--duration" => this with { Duration = TimeSpan.FromMinutes(Number(word, value)) },
        "--seed" => this with { Seed = Number(word, value) },
        "--cell" => this with { Cells = [.. Cells, Cell.Parse(value)] },
        "--scenario" => this with { Scenario = ScenarioCatalog.All.ContainsKey(value) ? value : throw new FormatException($"{value} is no scenario.") },
        "--size" => this with { Size = Number(word, value) },
        "--load" => this with { Load = Enum.TryParse<FleetLoad>(value, ignoreCase: true, out var load) ? load : throw new FormatException($"--load is Light or Heavy, not {value}.") },
        "--keep" => this with { Keep = value },
        _ => throw new FormatException($"{word} is no option."),
    };

    private static int Number(string word, string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
        ? number
        : throw new FormatException($"{word} is a number above 0, not {value}.");
}

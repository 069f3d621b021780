using System.Globalization;

namespace Consumers.Framework.Benchmarks.Commands;

/// <summary>What the command line says after the command.</summary>
internal sealed record BenchmarkOptions
{
    public const string Usage = """
        --broker embedded|real|all   where to measure (default: real where KAFKA_HOME is set, else embedded; throughput and all: both)
        --rounds N                   measured rounds, after one that is thrown away (default 5)
        --records N                  records of the fastest arms (default: depends on the broker; slow arms get a part of them)
        --size BYTES                 bytes of a record's value, 80 or more (default 100)
        --filter TEXT                only arms whose name holds this text; may be given again
        --seconds N                  length of latency and idle measurements (default 60)
        --json PATH                  where the figures go (default artifacts/benchmarks/COMMAND.json)
        --update-docs                rewrite the tables of docs/performance.md
        """;

    public string? Broker { get; init; }

    public int Rounds { get; init; } = 5;

    public long? Records { get; init; }

    public int Size { get; init; } = 100;

    public IReadOnlyList<string> Filters { get; init; } = [];

    public int Seconds { get; init; } = 60;

    public string? Json { get; init; }

    public bool UpdateDocs { get; init; }

    /// <exception cref="FormatException">A word is no option, or a value is none.</exception>
    public static BenchmarkOptions Parse(ReadOnlySpan<string> words)
    {
        var options = new BenchmarkOptions();
        for (var index = 0; index < words.Length; index++)
        {
            var word = words[index];
            options = word == "--update-docs" ? options with { UpdateDocs = true }
                : ++index < words.Length ? options.With(word, words[index])
                : throw new FormatException($"{word} needs a value.");
        }

        return options is { UpdateDocs: true, Filters.Count: > 0 }
            ? throw new FormatException("--update-docs would leave out the rows that --filter leaves out; use one of them.")
            : options;
    }

    public bool Selects(string arm) => Filters.Count == 0 || Filters.Any(filter => arm.Contains(filter, StringComparison.OrdinalIgnoreCase));

    private BenchmarkOptions With(string word, string value) => word switch
    {
        "--broker" => this with { Broker = value is "embedded" or "real" or "all" ? value : throw new FormatException($"--broker is embedded, real or all, not {value}.") },
        "--rounds" => this with { Rounds = (int)Number(word, value) },
        "--records" => this with { Records = Number(word, value) },
        "--size" => this with { Size = (int)Number(word, value) },
        "--filter" => this with { Filters = [.. Filters, value] },
        "--seconds" => this with { Seconds = (int)Number(word, value) },
        "--json" => this with { Json = value },
        _ => throw new FormatException($"{word} is no option."),
    };

    private static long Number(string word, string value) => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
        ? number
        : throw new FormatException($"{word} is a number above 0, not {value}.");
}

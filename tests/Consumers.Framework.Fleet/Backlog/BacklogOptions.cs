using System.Globalization;

namespace Consumers.Framework.Fleet.Backlog;

/// <summary>What the command line says after <c>backlog</c>.</summary>
internal sealed record BacklogOptions
{
    public const string Classic = "Classic";
    public const string Consumer = "Consumer";

    /// <summary>The partitions of the topic.</summary>
    public const int Partitions = 4;

    public static string Usage { get; } = """
        --hand-overs N       joins, and as many leaves, of each arm under each protocol (default 50)
        --starts N           starts of a member with two workers instead
        --protocol NAME      Classic (cooperative) or Consumer (KIP-848); default: both
        --records MILLIONS   of the backlog (default 40)
        --handler MICROSECONDS  how long a handler takes (default 0)
        --arm NAME           Loop or Framework (default: both, in turn)
        --set KEY=VALUE      a setting of the consumers, below Kafka:Consumers:backlog; may be given again
        --keep FOLDER        where what the members write is kept, with their log
        """;

    public int HandOvers { get; init; } = 50;

    public int Starts { get; init; }

    public IReadOnlyList<string> Protocols { get; init; } = [Classic, Consumer];

    public IReadOnlyList<BacklogArm> Arms { get; init; } = [BacklogArm.Loop, BacklogArm.Framework];

    public int Millions { get; init; } = 40;

    public TimeSpan Handler { get; init; }

    public IReadOnlyList<string> Settings { get; init; } = [];

    public string? Keep { get; init; }

    public long RecordsOfPartition => Millions * 1_000_000L / Partitions;

    /// <summary>How long a start is watched, from the first record of the last partition on.</summary>
    public TimeSpan StartWindow { get; } = TimeSpan.FromSeconds(8);

    /// <exception cref="FormatException">A word is no option, or a value is none.</exception>
    public static BacklogOptions Parse(ReadOnlySpan<string> words)
    {
        var options = new BacklogOptions();
        for (var index = 0; index < words.Length; index += 2)
        {
            options = index + 1 < words.Length ? options.With(words[index], words[index + 1]) : throw new FormatException($"{words[index]} needs a value.");
        }

        return options;
    }

    private BacklogOptions With(string word, string value) => word switch
    {
        "--hand-overs" => this with { HandOvers = Number(word, value) },
        "--starts" => this with { Starts = Number(word, value) },
        "--protocol" => this with { Protocols = [value is Classic or Consumer ? value : throw new FormatException($"--protocol is {Classic} or {Consumer}, not {value}.")] },
        "--records" => this with { Millions = Number(word, value) },
        "--handler" => this with { Handler = TimeSpan.FromMicroseconds(Number(word, value)) },
        "--arm" => this with { Arms = [Enum.TryParse<BacklogArm>(value, ignoreCase: true, out var arm) ? arm : throw new FormatException($"--arm is Loop or Framework, not {value}.")] },
        "--set" => this with { Settings = [.. Settings, value] },
        "--keep" => this with { Keep = value },
        _ => throw new FormatException($"{word} is no option."),
    };

    private static int Number(string word, string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new FormatException($"{word} is a number, not {value}.");
}

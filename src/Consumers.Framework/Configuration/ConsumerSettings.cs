namespace Consumers.Framework.Configuration;

/// <summary>What one consumer runs with: validated, resolved and fixed for its life. Built once, read by every stage from any thread.</summary>
internal sealed record ConsumerSettings
{
    public required string Name { get; init; }

    /// <summary>The options after binding and code callbacks. Nobody changes them after validation.</summary>
    public required KafkaConsumerOptions Options { get; init; }

    /// <summary><see cref="CommitOptions.Interval"/>, or the strategy's default.</summary>
    public required TimeSpan CommitInterval { get; init; }

    /// <summary><see cref="CommitOptions.MaxUncommitted"/>, or the strategy's default.</summary>
    public int MaxUncommitted => Options.Commit.MaxUncommitted ?? (Options.Commit.Strategy == CommitStrategy.Manual ? 100_000 : 10_000_000);

    /// <summary>Where explicit partitions begin; null for the committed offset, or what AutoOffsetReset says.</summary>
    public ReadBound? From => ReadBound.Of(Options.From);

    /// <summary>Where explicit partitions end; null when they do not.</summary>
    public ReadBound? Until => ReadBound.Of(Options.Until);

    /// <summary>The section of its configuration, for messages.</summary>
    public required string SectionPath { get; init; }

    /// <summary><see cref="KafkaConsumerOptions.OutOfRange"/>, or what <see cref="KafkaConsumerOptions.AutoOffsetReset"/> says.</summary>
    public OutOfRangePolicy OutOfRange => Options.OutOfRange ?? Options.AutoOffsetReset switch
    {
        OffsetReset.Latest => OutOfRangePolicy.Latest,
        OffsetReset.None => OutOfRangePolicy.Fail,
        _ => OutOfRangePolicy.Earliest,
    };

    /// <summary>
    /// How long a poll thread waits between two polls for a broker's answer. A broker answers one connection in order, so a fetch that
    /// waits for records may be ahead; but nobody waits for long, even where fetches do: the next try meets another moment.
    /// </summary>
    public TimeSpan LookupPatience => TimeSpan.FromTicks(Math.Min((Options.FetchMaxWait + TimeSpan.FromMilliseconds(500)).Ticks, TimeSpan.FromSeconds(2).Ticks));

    /// <summary>What the client subscribes to; empty with explicit partitions.</summary>
    public IReadOnlyList<string> Subscription => Options.TopicPattern is { } pattern ? [TopicPatternText.Subscription(pattern)] : [.. Options.Topics];

    /// <summary>For each worker the complete configuration of its client, by librdkafka key. Empty when the consumer is not enabled.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, string>> WorkerClients { get; init; }

    /// <summary>The settings that differ from their defaults, and where each came from; secrets are masked.</summary>
    public required IReadOnlyList<EffectiveSetting> NonDefaults { get; init; }

    /// <summary>Where the tokens of OAUTHBEARER come from; null when the client makes its own or needs none.</summary>
    public OAuthBearerTokenSource? TokenSource { get; init; }

    /// <summary>What is allowed but probably not meant; each is logged once at start.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether offsets are committed at all: explicit partitions without a group commit nothing.</summary>
    public bool Commits => Options.GroupId is not null;
}

namespace Consumers.Framework.Benchmarks.Arms;

/// <summary>What an arm consumes, and in which group.</summary>
internal sealed record ArmTarget
{
    public required string BootstrapServers { get; init; }

    public required string Topic { get; init; }

    public required int Partitions { get; init; }

    /// <summary>How many records the topic holds, or will be given.</summary>
    public required long Records { get; init; }

    /// <summary>How many of them come before the measured part.</summary>
    public required long WarmUp { get; init; }

    public required string Group { get; init; }

    /// <summary>What a bare client needs on this broker, by librdkafka names.</summary>
    public required IReadOnlyDictionary<string, string> ClientSettings { get; init; }

    /// <summary>What the framework's consumer needs on this broker, by configuration path.</summary>
    public required IReadOnlyDictionary<string, string?> HostSettings { get; init; }
}

using Consumers.Framework.Benchmarks.Handlers;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Benchmarks.Arms;

/// <summary>The rows of the throughput table.</summary>
internal static class ThroughputArms
{
    /// <summary>What the other rows are divided by.</summary>
    public const string Ceiling = "native loop, async commit";

    /// <summary>What the other rows are divided by.</summary>
    public const string DefaultLoop = "Consume() loop, client defaults";

    private const string SourceOption = "Polling:Source";

    public static Arm CeilingArm { get; } = new(Ceiling, new NativeLoopWork(new(BatchSize: 1_000, SyncCommit: false)));

    public static Arm DefaultLoopArm { get; } = new(DefaultLoop, new ConsumeLoopWork(new(Tuned: false, StoreEvery: 1, CommitEvery: 0))) { Share = 1.0 / 6 };

    public static Arm AsyncArm { get; } = Framework("Async", HandlerKind.Raw, ("Commit:Strategy", "Async"));

    public static Arm TwoWorkersArm { get; } = Framework("Async, 2 workers", HandlerKind.Raw, ("Commit:Strategy", "Async"), ("Workers", "2"));

    public static Arm JavaArm { get; } = new("Java consume-perf, warmed", new JavaConsumerWork(Warmed: true)) { NeedsRealKafka = true };

    public static IReadOnlyList<Arm> All { get; } =
    [
        DefaultLoopArm,
        new("Consume() loop, client defaults, Commit per 1,000", new ConsumeLoopWork(new(Tuned: false, StoreEvery: 0, CommitEvery: 1_000))) { Share = 1.0 / 6 },
        new("Consume() loop, tuned", new ConsumeLoopWork(new(Tuned: true, StoreEvery: 1, CommitEvery: 0))) { Share = 0.5 },
        new("Consume() loop, tuned, StoreOffset per 100", new ConsumeLoopWork(new(Tuned: true, StoreEvery: 100, CommitEvery: 0))) { Share = 0.5 },
        new("Consume() loop, tuned, Commit per 1,000", new ConsumeLoopWork(new(Tuned: true, StoreEvery: 0, CommitEvery: 1_000))) { Share = 0.5 },
        new("Consume() loop, tuned, Commit per record", new ConsumeLoopWork(new(Tuned: true, StoreEvery: 0, CommitEvery: 1))) { Share = 1.0 / 300 },
        CeilingArm,
        new("native loop, sync commit per 10,000", new NativeLoopWork(new(BatchSize: 10_000, SyncCommit: true))),
        new("native loop, sync commit per 1,000", new NativeLoopWork(new(BatchSize: 1_000, SyncCommit: true))),
        JavaArm,
        new("Java consume-perf, whole run", new JavaConsumerWork(Warmed: false)) { NeedsRealKafka = true },
        AsyncArm,
        Framework("Async, JSON class", HandlerKind.Json, ("Commit:Strategy", "Async")) with { Share = 0.5 },
        Framework("Async, scoped handler", HandlerKind.RawScoped, ("Commit:Strategy", "Async")) with { Share = 0.5 },
        TwoWorkersArm,
        Framework("Sync, 10,000", HandlerKind.Raw, ("Commit:Strategy", "Sync"), ("MaxPollRecords", "10000")),
        Framework("Sync, 1,000", HandlerKind.Raw, ("Commit:Strategy", "Sync"), ("MaxPollRecords", "1000")),
        Framework("Auto", HandlerKind.Raw, ("Commit:Strategy", "Auto")),
        Framework("Manual, commit per 1,000", HandlerKind.Committing, ("Commit:Strategy", "Manual")),
        Framework("AtMostOnce", HandlerKind.Raw, ("Commit:Strategy", "AtMostOnce")),
        Framework("PerRecord", HandlerKind.Raw, ("Commit:Strategy", "PerRecord")) with { Share = 1.0 / 300 },
        .. HasSourceOption
            ? [Framework("Async, managed source", HandlerKind.Raw, ("Commit:Strategy", "Async"), (SourceOption, "Managed")) with { Share = 0.5 }]
            : Array.Empty<Arm>(),
    ];

    /// <summary>Where the framework has one source only, there is nothing to choose.</summary>
    private static bool HasSourceOption => OptionCatalog.All.Any(static option => option.Path == SourceOption);

    public static Arm Framework(string name, HandlerKind handler, params IEnumerable<(string Path, string Value)> settings) =>
        new($"framework, {name}", new FrameworkWork(handler, settings.ToDictionary(static setting => setting.Path, static string? (setting) => setting.Value)));
}

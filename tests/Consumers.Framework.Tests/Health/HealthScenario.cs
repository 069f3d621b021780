using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Health;
using Consumers.Framework.Tests.Telemetry;

namespace Consumers.Framework.Tests.Health;

/// <summary>A state of a consumer, for tests and for the table of docs/health.md.</summary>
internal sealed record HealthScenario(string Name, ConsumerSnapshot Snapshot)
{
    // Before All, whose initialiser reads it.
    private static PartitionSnapshot Partition { get; } = Snapshots.Partition(number: 2);

    private static KafkaConsumerOptions Limited { get; } = new() { MaxHandlerDuration = TimeSpan.FromMinutes(1) };

    public KafkaConsumerOptions Options { get; init; } = new() { Health = { MaxLag = 1_000 } };

    public bool HostStopping { get; init; }

    public HealthVerdict Readiness => HealthEvaluator.Readiness(Snapshot, Options, HostStopping);

    public HealthVerdict Liveness => HealthEvaluator.Liveness(Snapshot, Options.MaxPollInterval);

    public static IReadOnlyList<HealthScenario> All { get; } =
    [
        new("Idle: nothing to handle", Running(Partition)),
        new("Standby: more members than partitions", One(WorkerState.Standby)),
        new("Starting: no assignment yet", One(WorkerState.Starting)),
        new("Rebalancing: partitions drain", One(WorkerState.Rebalancing, Partition with { State = PartitionState.Draining })),
        new("Paused by back-pressure", Running(Partition with { State = PartitionState.BackPressure })),
        new("Consumer paused in code", Running(Partition with { State = PartitionState.Paused }) with { Paused = true }),
        new("Partition paused in code", Running(Partition with { State = PartitionState.Paused })),
        new("Record is retried", Running(Partition with { State = PartitionState.Retrying, Failing = new FailingRecord(41, 2, "Shop is closed.", TimeSpan.FromSeconds(3)) })),
        new("Blocked by poison", Running(Partition with { State = PartitionState.Blocked, Failing = new FailingRecord(41, 6, "The value could not be decoded to Order: it is empty.", new TimeSpan(0, 3, 12)) })),
        new("Handler cannot be made", Running(Partition with { State = PartitionState.NoHandler, Failing = new FailingRecord(41, 6, "OrderHandler cannot be made: SqlException: the server is not there.", new TimeSpan(0, 3, 12)) })),
        new("Records are skipped", Running(Partition) with { Skipped = Skipped(1204) }),
        new("Skipped longer than Health:SkippedFor ago", Running(Partition) with { Skipped = Skipped(0) }),
        new("Stuck handler", Running(Partition with { InFlight = 1, OldestInFlightOffset = 41, OldestInFlightAge = TimeSpan.FromSeconds(75) })),
        new("Stalled: records that nobody goes on with", Running(Partition with { State = PartitionState.Stalled, HeldAt = 41, HeldBecause = "its handler has returned, and nothing goes on with it" })),
        new("Waiting for a handler of an earlier assignment", Running(Partition with { State = PartitionState.WaitingForHandler, OldestInFlightOffset = 41, OldestInFlightAge = TimeSpan.FromSeconds(5) })),
        new("Handler over MaxHandlerDuration", Running(Overdue(75, cancelledFor: 15))) { Options = Limited },
        new("Handler that ignores MaxHandlerDuration", Running(Overdue(125, cancelledFor: 65))) { Options = Limited },
        new("No offset to start from", Running(Partition with { State = PartitionState.NoOffset })),
        new("Position out of range", Running(Partition with { State = PartitionState.OutOfRange, HeldAt = 41, HeldBecause = "Broker: Offset out of range" })),
        new("Reset vetoed", Running(Partition with { State = PartitionState.ResetVetoed, HeldAt = 41, HeldBecause = "it would repeat 900 offsets, and ResetProtection:MaxRecords is 100" })),
        new("Lag above Health:MaxLag", Running(Partition with { Lag = 1_001 })),
        new("Commits are failing", With(WorkerState.Running, static worker => worker with { CommitsFailingFor = TimeSpan.FromSeconds(40), CommitError = "Local: Timed out" })),
        new("Client error: brokers down, authorization", With(WorkerState.Running, static worker => worker with { ClientError = "Local_AllBrokersDown: 2/2 brokers are down: kafka-1:9092: Connect to ipv4#10.0.0.7:9092 failed: Connection refused; kafka-2:9092: Failed to resolve 'kafka-2:9092': Name or service not known" })),
        new("Restarting", With(WorkerState.Restarting, static worker => worker with { Failure = "Broker: Topic authorization failed" })),
        new("Fenced", With(WorkerState.Fenced, static worker => worker with { GroupInstanceId = "billing-host-0", Failure = "Broker: Static consumer fenced by other consumer with same group.instance.id" })),
        new("Failed", With(WorkerState.Failed, static worker => worker with { Failure = "Local: Erroneous state" })),
        new("Completed: everything up to Until is handled", One(WorkerState.Completed)),
        new("Poll thread away for MaxPollInterval", With(WorkerState.Running, static worker => worker with { SincePoll = new TimeSpan(0, 5, 1) })),
        new("Stopping in code", One(WorkerState.Stopping)),
        new("Stopped in code", One(WorkerState.Stopped)),
        new("Host stopping, draining", One(WorkerState.Stopping)) { HostStopping = true },
        new("Host stopping, consumer has left", One(WorkerState.Stopped)) { HostStopping = true },
    ];

    public static HealthScenario Named(string start) => All.Single(scenario => scenario.Name.StartsWith(start, StringComparison.Ordinal));

    public override string ToString() => Name;

    private static PartitionSnapshot Overdue(int age, int cancelledFor) => Partition with
    {
        InFlight = 1,
        OldestInFlightOffset = 41,
        OldestInFlightAge = TimeSpan.FromSeconds(age),
        OldestInFlightCancelledFor = TimeSpan.FromSeconds(cancelledFor),
    };

    private static SkippedRecords Skipped(long recent) => new()
    {
        Total = 1300,
        Recent = recent,
        RecentFor = recent == 0 ? TimeSpan.Zero : new TimeSpan(0, 12, 5),
        Last = new TopicPartitionOffset("orders", 2, 41),
        LastReason = "RecordDecodingException: The value could not be decoded to Order: it is empty.",
        LastAge = TimeSpan.FromSeconds(3),
    };

    private static ConsumerSnapshot Running(PartitionSnapshot partition) => One(WorkerState.Running, partition);

    private static ConsumerSnapshot One(WorkerState state, params PartitionSnapshot[] partitions) => Snapshots.Consumer(Snapshots.Worker(state, partitions));

    private static ConsumerSnapshot With(WorkerState state, Func<WorkerSnapshot, WorkerSnapshot> change) => Snapshots.Consumer(change(Snapshots.Worker(state)));
}

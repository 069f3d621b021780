using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Health;
using Consumers.Framework.Tests.Telemetry;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Consumers.Framework.Tests.Docs;

namespace Consumers.Framework.Tests.Health;

public class HealthEvaluatorTests
{
    private static readonly KafkaConsumerOptions Defaults = new();

    [Fact]
    public void Verdicts_AreTheTableOfTheDocs() =>
        DocTable.Check(
            "health.md",
            "states",
            ["State", "Readiness", "Liveness", "Cause, as the checks name it"],
            HealthScenario.All.Select(static scenario => new[]
            {
                scenario.Name,
                $"{scenario.Readiness.Status}",
                $"{scenario.Liveness.Status}",
                scenario.Readiness.Description,
            }));

    [Theory]
    [InlineData("Idle", HealthStatus.Healthy)]
    [InlineData("Standby", HealthStatus.Healthy)]
    [InlineData("Starting", HealthStatus.Degraded)]
    [InlineData("Rebalancing", HealthStatus.Healthy)]
    [InlineData("Paused by back-pressure", HealthStatus.Healthy)]
    [InlineData("Consumer paused", HealthStatus.Degraded)]
    [InlineData("Partition paused", HealthStatus.Degraded)]
    [InlineData("Record is retried", HealthStatus.Healthy)]
    [InlineData("Blocked", HealthStatus.Degraded)]
    [InlineData("Handler cannot be made", HealthStatus.Degraded)]
    [InlineData("Records are skipped", HealthStatus.Degraded)]
    [InlineData("Skipped longer", HealthStatus.Healthy)]
    [InlineData("Stuck", HealthStatus.Degraded)]
    [InlineData("Handler over MaxHandlerDuration", HealthStatus.Degraded)]
    [InlineData("Handler that ignores", HealthStatus.Unhealthy)]
    [InlineData("No offset", HealthStatus.Degraded)]
    [InlineData("Position out of range", HealthStatus.Degraded)]
    [InlineData("Reset vetoed", HealthStatus.Degraded)]
    [InlineData("Lag", HealthStatus.Degraded)]
    [InlineData("Commits", HealthStatus.Degraded)]
    [InlineData("Client error", HealthStatus.Degraded)]
    [InlineData("Stalled", HealthStatus.Unhealthy)]
    [InlineData("Restarting", HealthStatus.Unhealthy)]
    [InlineData("Fenced", HealthStatus.Unhealthy)]
    [InlineData("Failed", HealthStatus.Unhealthy)]
    [InlineData("Poll thread", HealthStatus.Unhealthy)]
    [InlineData("Stopping in code", HealthStatus.Unhealthy)]
    [InlineData("Stopped in code", HealthStatus.Degraded)]
    [InlineData("Host stopping, draining", HealthStatus.Unhealthy)]
    [InlineData("Host stopping, consumer", HealthStatus.Unhealthy)]
    public void Readiness_OfEachState_IsDecided(string scenario, HealthStatus expected)
    {
        var verdict = HealthScenario.Named(scenario).Readiness;

        Assert.Equal(expected, verdict.Status);
        Assert.Equal(expected == HealthStatus.Healthy, verdict.Reasons.Count == 0);
    }

    [Fact]
    public void Liveness_FailsForDeadThreadsAndStalledPartitionsOnly() =>
        Assert.Equal(
            ["Stalled: records that nobody goes on with", "Failed", "Poll thread away for MaxPollInterval"],
            HealthScenario.All.Where(static scenario => scenario.Liveness.Status != HealthStatus.Healthy).Select(static scenario => scenario.Name));

    [Fact]
    public void Readiness_Blocked_NamesRecordAttemptsAndReason() =>
        Assert.Equal(
            ["orders[2] is blocked at offset 41 since 00:03:12, after 6 attempts: The value could not be decoded to Order: it is empty."],
            HealthScenario.Named("Blocked").Readiness.Reasons);

    [Fact]
    public void Readiness_HandlerCannotBeMade_IsOneFindingForAllPartitionsThatWaitForIt()
    {
        static PartitionSnapshot Waiting(int number, string reason) =>
            Snapshots.Partition(PartitionState.NoHandler, number: number) with { Failing = new FailingRecord(40 + number, 2, reason, TimeSpan.FromSeconds(number)) };
        var verdict = HealthEvaluator.Readiness(
            Snapshots.Consumer(
                Snapshots.Worker(WorkerState.Running, Waiting(0, "A cannot be made: x."), Waiting(1, "B cannot be made: y"), Waiting(2, "A cannot be made: x.")),
                Snapshots.Worker(WorkerState.Running, Waiting(3, "A cannot be made: x."), Waiting(4, "A cannot be made: x."))),
            Defaults);

        Assert.Equal(
            [
                "A cannot be made: x. Waiting for it since 00:00:04: orders[0] at offset 40, orders[2] at offset 42, orders[3] at offset 43 and 1 more; no record is given up for it.",
                "B cannot be made: y. Waiting for it since 00:00:01: orders[1] at offset 41; no record is given up for it.",
            ],
            verdict.Reasons);
    }

    [Fact]
    public void Data_OfSkips_HasTheTotalAndTheLast()
    {
        var verdict = HealthScenario.Named("Skipped longer").Readiness;

        Assert.Equal(1300L, verdict.Data["skipped"]);
        Assert.Equal("orders[2] offset 41, 00:00:03 ago: RecordDecodingException: The value could not be decoded to Order: it is empty.", verdict.Data["last_skipped"]);
        Assert.DoesNotContain("skipped", HealthScenario.Named("Idle").Readiness.Data);
    }

    [Fact]
    public void Readiness_BlockedWithoutRecord_StillSaysSo() =>
        Assert.Equal(
            ["orders[0] is blocked by a record that failed for good."],
            HealthEvaluator.Readiness(Running(Snapshots.Partition(PartitionState.Blocked)), Defaults).Reasons);

    [Theory]
    [InlineData(59_999, HealthStatus.Healthy)]
    [InlineData(60_000, HealthStatus.Degraded)]
    public void Readiness_StuckAfter_IsTheBound(int milliseconds, HealthStatus expected)
    {
        var partition = Snapshots.Partition() with { OldestInFlightOffset = 41, OldestInFlightAge = TimeSpan.FromMilliseconds(milliseconds) };

        Assert.Equal(expected, HealthEvaluator.Readiness(Running(partition), Defaults).Status);
    }

    [Theory]
    [InlineData(29_999, HealthStatus.Healthy)]
    [InlineData(30_000, HealthStatus.Degraded)]
    public void Readiness_CommitsFailingAfter_IsTheBound(int milliseconds, HealthStatus expected)
    {
        var worker = Snapshots.Worker(WorkerState.Running) with { CommitsFailingFor = TimeSpan.FromMilliseconds(milliseconds), CommitError = "x" };

        Assert.Equal(expected, HealthEvaluator.Readiness(Snapshots.Consumer(worker), Defaults).Status);
    }

    [Theory]
    [InlineData(null, long.MaxValue, HealthStatus.Healthy)]
    [InlineData(10L, 10, HealthStatus.Healthy)]
    [InlineData(10L, 11, HealthStatus.Degraded)]
    public void Readiness_MaxLag_IsTheBound(long? maxLag, long lag, HealthStatus expected)
    {
        var options = new KafkaConsumerOptions { Health = { MaxLag = maxLag } };

        Assert.Equal(expected, HealthEvaluator.Readiness(Running(Snapshots.Partition() with { Lag = lag }), options).Status);
    }

    [Theory]
    [InlineData(WorkerState.Starting, false)]
    [InlineData(WorkerState.Running, false)]
    [InlineData(WorkerState.Standby, false)]
    [InlineData(WorkerState.Rebalancing, false)]
    [InlineData(WorkerState.Stopped, true)]
    [InlineData(WorkerState.Stopping, true)]
    [InlineData(WorkerState.Restarting, true)]
    [InlineData(WorkerState.Fenced, true)]
    public void Liveness_PollThreadAway_CountsWhereItShouldPoll(WorkerState state, bool live)
    {
        var worker = Snapshots.Worker(state) with { SincePoll = Defaults.MaxPollInterval + TimeSpan.FromTicks(1) };
        var onTime = worker with { SincePoll = Defaults.MaxPollInterval };

        Assert.Equal(live ? HealthStatus.Healthy : HealthStatus.Unhealthy, HealthEvaluator.Liveness(Snapshots.Consumer(worker), Defaults.MaxPollInterval).Status);
        Assert.Equal(HealthStatus.Healthy, HealthEvaluator.Liveness(Snapshots.Consumer(onTime), Defaults.MaxPollInterval).Status);
    }

    [Fact]
    public void Readiness_SeveralFindings_WorstFirst()
    {
        var lagging = Snapshots.Worker(WorkerState.Running, Snapshots.Partition(PartitionState.NoOffset));
        var dead = Snapshots.Worker(WorkerState.Failed) with { Index = 1 };

        var verdict = HealthEvaluator.Readiness(Snapshots.Consumer(lagging, dead), Defaults);

        Assert.Equal(HealthStatus.Unhealthy, verdict.Status);
        Assert.StartsWith("Worker 1 failed and will not start again: no cause is known. orders[0] has no committed offset", verdict.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Readiness_ConsumerPaused_IsSaidOnce() =>
        Assert.Single(HealthScenario.Named("Consumer paused").Readiness.Reasons);

    [Fact]
    public void Data_TellsWhatIsNotWrongButWorthALook()
    {
        var verdict = HealthEvaluator.Readiness(
            Running(
                Snapshots.Partition(PartitionState.BackPressure) with { Lag = 7, InFlight = 1, OldestInFlightAge = TimeSpan.FromSeconds(3) },
                Snapshots.Partition(PartitionState.Retrying, number: 1) with { Failing = new FailingRecord(41, 2, "Shop is closed.", TimeSpan.Zero) }),
            Defaults);

        Assert.Equal(HealthStatus.Healthy, verdict.Status);
        Assert.Equal("orders", verdict.Data["consumer"]);
        Assert.Equal("billing", verdict.Data["group"]);
        Assert.Equal("Running", verdict.Data["workers"]);
        Assert.Equal("20 ms", verdict.Data["since_poll"]);
        Assert.Equal((2, 7L, 1, "00:00:03"), (verdict.Data["partitions"], verdict.Data["lag"], verdict.Data["in_flight"], verdict.Data["oldest_in_flight"]));
        Assert.Equal(["orders[0]"], (string[])verdict.Data["back_pressure"]);
        Assert.Equal(["orders[1] offset 41, attempt 2: Shop is closed."], (string[])verdict.Data["retrying"]);
        Assert.DoesNotContain("blocked", verdict.Data);
    }

    private static ConsumerSnapshot Running(params PartitionSnapshot[] partitions) => Snapshots.Consumer(Snapshots.Worker(WorkerState.Running, partitions));
}

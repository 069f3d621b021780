using System.Diagnostics.Metrics;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Consumers.Framework.Tests.Telemetry;

[Collection(TelemetryCollection.Name)]
public sealed class ConsumerMetricsTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly IMeterFactory _meters;
    private ConsumerSnapshot _snapshot = Snapshots.Consumer();

    public ConsumerMetricsTests() => _meters = _services.GetRequiredService<IMeterFactory>();

    public void Dispose() => _services.Dispose();

    private ConsumerMetrics Create(string consumer = "orders", string? group = "billing") => new(_meters, consumer, group, () => _snapshot);

    private MetricCollector<T> Collect<T>(string instrument)
        where T : struct => new(_meters, ConsumersTelemetry.MeterName, instrument);

    [Fact]
    public void Received_IsCountedPerTopic()
    {
        using var metrics = Create();
        using var consumed = Collect<long>("messaging.client.consumed.messages");

        metrics.Received("orders", 3);

        var measurement = Assert.Single(consumed.GetMeasurementSnapshot());
        Assert.Equal(3, measurement.Value);
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["messaging.system"] = "kafka",
                ["messaging.operation.name"] = "poll",
                ["messaging.destination.name"] = "orders",
                ["messaging.consumer.group.name"] = "billing",
                ["consumers.consumer.name"] = "orders",
            },
            measurement.Tags);
        Assert.Equal("{message}", consumed.Instrument!.Unit);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("System.TimeoutException")]
    public void Processed_IsInSecondsWithErrorType(string? errorType)
    {
        using var metrics = Create();
        using var durations = Collect<double>("messaging.process.duration");
        Assert.True(metrics.ProcessEnabled);

        metrics.Processed("orders", TimeSpan.FromMilliseconds(250), errorType);

        var measurement = Assert.Single(durations.GetMeasurementSnapshot());
        Assert.Equal(0.25, measurement.Value);
        Assert.Equal("s", durations.Instrument!.Unit);
        Assert.Equal("process", measurement.Tags["messaging.operation.name"]);
        Assert.Equal(errorType, measurement.Tags.GetValueOrDefault("error.type"));
        Assert.Equal(errorType is not null, measurement.Tags.ContainsKey("error.type"));
    }

    [Fact]
    public void Committed_IsADurationAndACountOfOffsets()
    {
        using var metrics = Create();
        using var durations = Collect<double>("messaging.client.operation.duration");
        using var commits = Collect<long>("consumers.commits");

        metrics.Committed(TimeSpan.FromMilliseconds(5), 4, errorType: null);
        metrics.Committed(TimeSpan.FromSeconds(4), 2, "Local_TimedOut");

        Assert.Equal([0.005, 4], durations.GetMeasurementSnapshot().Select(static one => one.Value));
        Assert.All(durations.GetMeasurementSnapshot(), static one => Assert.Equal(("commit", "settle"), (one.Tags["messaging.operation.name"], one.Tags["messaging.operation.type"])));
        Assert.Equal([(4L, null), (2L, "Local_TimedOut")], commits.GetMeasurementSnapshot().Select(static one => (one.Value, one.Tags.GetValueOrDefault("error.type"))));
    }

    [Fact]
    public void Rebalanced_TellsTheKindsApart()
    {
        using var metrics = Create();
        using var rebalances = Collect<long>("consumers.rebalances");
        using var partitions = Collect<long>("consumers.rebalance.partitions");
        using var durations = Collect<double>("consumers.rebalance.duration");

        metrics.Rebalanced("assigned", 4, TimeSpan.FromMilliseconds(1));
        metrics.Rebalanced("revoked", 2, TimeSpan.FromSeconds(3));

        Assert.Equal([(1L, "assigned"), (1L, "revoked")], rebalances.GetMeasurementSnapshot().Select(Kind));
        Assert.Equal([(4L, "assigned"), (2L, "revoked")], partitions.GetMeasurementSnapshot().Select(Kind));
        Assert.Equal([(0.001, "assigned"), (3.0, "revoked")], durations.GetMeasurementSnapshot().Select(Kind));

        static (T, object?) Kind<T>(CollectedMeasurement<T> one)
            where T : struct => (one.Value, one.Tags["consumers.rebalance.kind"]);
    }

    [Fact]
    public void FailuresAndLosses_AreCountedPerTopic()
    {
        using var metrics = Create(group: null);
        using var retries = Collect<long>("consumers.retries");
        using var skipped = Collect<long>("consumers.skipped.messages");
        using var blocked = Collect<long>("consumers.blocked.messages");
        using var stale = Collect<long>("consumers.stale_completions");
        using var abandoned = Collect<long>("consumers.abandoned.messages");
        using var overdue = Collect<long>("consumers.overdue.messages");

        metrics.Retried("orders", "A");
        metrics.Skipped("orders", "B");
        metrics.Blocked("orders");
        metrics.StaleCompletion("orders", 2);
        metrics.Abandoned("orders", 3);
        metrics.Overdue("orders");

        Assert.Equal(
            [(1L, "A"), (1L, "B"), (1L, null), (2L, null), (3L, null), (1L, (object?)null)],
            new[] { retries, skipped, blocked, stale, abandoned, overdue }.Select(static collector => (collector.LastMeasurement!.Value, collector.LastMeasurement.Tags.GetValueOrDefault("error.type"))));
        Assert.All([retries, skipped, blocked, stale, abandoned, overdue], static collector =>
        {
            Assert.Equal("orders", collector.LastMeasurement!.Tags["messaging.destination.name"]);
            Assert.DoesNotContain("messaging.consumer.group.name", collector.LastMeasurement.Tags);
        });
    }

    [Fact]
    public void Gauges_ReadTheSnapshotOfTheMoment()
    {
        using var metrics = Create();
        using var lag = Collect<long>("consumers.lag");
        using var inFlight = Collect<long>("consumers.in_flight");
        using var buffered = Collect<long>("consumers.buffered");
        using var oldest = Collect<double>("consumers.oldest_in_flight.age");
        using var paused = Collect<long>("consumers.paused_partitions");
        using var blocked = Collect<long>("consumers.blocked_partitions");
        using var workers = Collect<long>("consumers.workers");
        _snapshot = Snapshots.Consumer(
            Snapshots.Worker(
                WorkerState.Running,
                Snapshots.Partition(PartitionState.BackPressure) with { Lag = 7, InFlight = 1, Buffered = 40, OldestInFlightAge = TimeSpan.FromSeconds(3) },
                Snapshots.Partition(PartitionState.Blocked, number: 1) with { InFlight = 2, OldestInFlightAge = TimeSpan.FromSeconds(1) }),
            Snapshots.Worker(WorkerState.Standby));

        foreach (var collector in new[] { lag, inFlight, buffered, paused, blocked, workers })
        {
            collector.RecordObservableInstruments();
        }

        oldest.RecordObservableInstruments();

        var partition = Assert.Single(lag.GetMeasurementSnapshot());
        Assert.Equal((7L, "0"), (partition.Value, partition.Tags["messaging.destination.partition.id"]));
        Assert.Equal(3, Assert.Single(inFlight.GetMeasurementSnapshot()).Value);
        Assert.Equal(40, Assert.Single(buffered.GetMeasurementSnapshot()).Value);
        Assert.Equal(3.0, Assert.Single(oldest.GetMeasurementSnapshot()).Value);
        Assert.Equal(1, Assert.Single(blocked.GetMeasurementSnapshot()).Value);
        Assert.Equal([("code", 0L), ("back_pressure", 1L)], paused.GetMeasurementSnapshot().Select(static one => (one.Tags["consumers.pause.reason"], one.Value)));
        Assert.Equal(
            Enum.GetNames<WorkerState>().Select(static name => name switch { "Running" or "Standby" => (name, 1L), _ => (name, 0L) }),
            workers.GetMeasurementSnapshot().Select(static one => (Capital((string)one.Tags["consumers.worker.state"]!), one.Value)));

        static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];
    }

    [Fact]
    public void Gauges_SnapshotThrows_OthersAreStillRead()
    {
        using var broken = new ConsumerMetrics(_meters, "broken", null, static () => throw new ObjectDisposedException("engine"));
        using var metrics = Create();
        _snapshot = Snapshots.Consumer(Snapshots.Worker(WorkerState.Running, Snapshots.Partition() with { Lag = 7 }));
        var lags = new List<long>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Meter.Scope == _meters && instrument.Name == "consumers.lag") { self.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => lags.Add(value));
        listener.Start();

        listener.RecordObservableInstruments();

        Assert.Equal([7], lags);
    }

    [Fact]
    public void AnyCall_ListenerThrows_GoesOn()
    {
        using var metrics = Create();
        var calls = 0;
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Meter.Scope == _meters) { self.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => { calls++; throw new InvalidOperationException("listener"); });
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => { calls++; throw new InvalidOperationException("listener"); });
        listener.Start();

        CallAll(metrics, errorType: null);
        CallAll(metrics, "System.Exception");

        Assert.Equal(2 * 16, calls);
    }

    [Fact]
    public void Ctor_ListenerThrowsWhenItIsToldOfInstruments_GoesOnWithoutThose()
    {
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Scope == _meters && instrument.Name is "messaging.process.duration" or "consumers.commits" or "consumers.lag")
                {
                    throw new InvalidOperationException("listener");
                }
            },
        };
        listener.Start();

        using var metrics = Create();
        var counted = 0L;
        using var other = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Meter.Scope == _meters && instrument.Name == "consumers.retries") { self.EnableMeasurementEvents(instrument); } } };
        other.SetMeasurementEventCallback<long>((_, value, _, _) => counted += value);
        other.Start();

        Assert.False(metrics.ProcessEnabled);
        CallAll(metrics, errorType: null);
        Assert.Equal(1, counted);
    }

    [Fact]
    public void Ctor_FactoryThrows_HasAMeterOfItsOwn()
    {
        using var metrics = new ConsumerMetrics(new BrokenFactory(), "orders", null, () => _snapshot);

        CallAll(metrics, errorType: null);
    }

    [Fact]
    public void Dispose_ListenerThrows_GoesOn()
    {
        var told = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, self) =>
            {
                if (instrument is { Name: "consumers.commits", Meter: { Name: "Consumers.Framework", Scope: null } })
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
            MeasurementsCompleted = (_, _) =>
            {
                told++;
                throw new InvalidOperationException("listener");
            },
        };
        listener.Start();

        new ConsumerMetrics(null, "orders", null, () => _snapshot).Dispose();

        Assert.NotEqual(0, told);
        listener.MeasurementsCompleted = null;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RecordPath_AllocatesNothing(bool listening)
    {
        using var metrics = Create();
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (listening && instrument.Meter.Scope == _meters) { self.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        listener.Start();
        Assert.Equal(listening, metrics.ProcessEnabled);
        CallAll(metrics, errorType: null);
        CallAll(metrics, "System.Exception");

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            CallAll(metrics, errorType: null);
            CallAll(metrics, "System.Exception");
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void WithoutFactory_MeterIsItsOwnAndEndsWithIt()
    {
        Instrument? published = null;
        var ended = false;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument is { Name: "consumers.commits", Meter.Scope: null })
                {
                    published = instrument;
                    self.EnableMeasurementEvents(instrument);
                }
            },
            MeasurementsCompleted = (_, _) => ended = true,
        };
        listener.Start();

        using (new ConsumerMetrics(null, "orders", null, () => _snapshot))
        {
            Assert.Equal("Consumers.Framework", published!.Meter.Name);
        }

        Assert.True(ended);
    }

    internal static void CallAll(ConsumerMetrics metrics, string? errorType)
    {
        metrics.Received("orders", 1);
        metrics.Processed("orders", TimeSpan.FromMilliseconds(1), errorType);
        metrics.Committed(TimeSpan.FromMilliseconds(1), 1, errorType);
        metrics.Rebalanced("assigned", 1, TimeSpan.FromMilliseconds(1));
        metrics.Retried("orders", "System.Exception");
        metrics.Skipped("orders", "System.Exception");
        metrics.Blocked("orders");
        metrics.StaleCompletion("orders", 1);
        metrics.Abandoned("orders", 1);
        metrics.PositionReset("orders", "Earliest", 3, 0);
        metrics.Overdue("orders");
    }

    private sealed class BrokenFactory : IMeterFactory
    {
        public Meter Create(MeterOptions options) => throw new InvalidOperationException("factory");

        public void Dispose()
        {
        }
    }
}

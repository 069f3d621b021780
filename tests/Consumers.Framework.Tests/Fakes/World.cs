using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Decoding;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Failures;
using Consumers.Framework.Handling;
using Consumers.Framework.Leases;
using Consumers.Framework.Listeners;
using Consumers.Framework.Records;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Polly;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>Leases and lanes of one worker without a client: everything around them is a fake that a test holds in its hands.</summary>
internal sealed class World : IDisposable
{
    private long _epoch;
    private int _urgent;

    public World(
        Action<KafkaConsumerOptions>? configure = null,
        HandlerExecutor? executor = null,
        TimeProvider? time = null,
        ResiliencePipeline? pipeline = null,
        bool isNamed = false,
        string name = "orders",
        RecordReader? reader = null,
        HandlerInvoker? invoker = null,
        ILogger? logger = null)
    {
        var guarded = new GuardedLogger(logger ?? Logger);
        Settings = Fakes.Settings.Create(configure, name);
        Time = time ?? new FakeTimeProvider();
        Executor = executor ?? new ManualExecutor(Settings.Options.MaxConcurrency);
        Metrics = new ConsumerMetrics(null, Settings.Name, Settings.Options.GroupId, static () => throw new NotSupportedException());
        Drained = new DrainSignal(Time);
        Progress = (_, urgent) => _urgent += urgent ? 1 : 0;
        Status = new WorkerStatus(Time);
        Scope = new WorkerScope { Settings = Settings, Index = 0, Status = Status, Metrics = Metrics, Time = Time, Logger = guarded };
        Environment = new LeaseEnvironment
        {
            Scope = Scope,
            Reader = reader ?? Reader,
            Holders = Holders,
            Drained = Drained,
            SpaceFreed = SpaceFreed,
            WakePoll = () => PollWakes++,
            SignalCommit = (source, urgent) => Progress(source, urgent),
            Lanes = new LaneEnvironment
            {
                Scope = Scope,
                Reader = reader ?? Reader,
                Executor = Executor,
                Decoders = new DecoderRegistry(Settings.Name, new DecoderRegistrations(), new ServiceCollection().BuildServiceProvider()),
                Invoker = invoker ?? Invoker,
                Failures = new FailurePolicy(Settings, pipeline ?? ResiliencePipeline.Empty, isNamed, Stopper, Metrics, Time, guarded),
            },
        };
    }

    public ConsumerSettings Settings { get; }

    public WorkerStatus Status { get; }

    public WorkerScope Scope { get; }

    /// <summary>The worker, with commits that nobody waits for so far apart.</summary>
    public WorkerScope ScopeWith(TimeSpan commitInterval) => Scope with { Settings = Settings with { CommitInterval = commitInterval } };

    public TimeProvider Time { get; }

    public FakeTimeProvider Clock => (FakeTimeProvider)Time;

    public HandlerExecutor Executor { get; }

    public ManualExecutor Manual => (ManualExecutor)Executor;

    public ConsumerMetrics Metrics { get; }

    public FakeReader Reader { get; } = new();

    public FakeInvoker Invoker { get; } = new();

    public FakeHostStopper Stopper { get; } = new();

    public FakeLogger Logger { get; } = new();

    public PartitionHolders Holders { get; } = new();

    public DrainSignal Drained { get; }

    public AutoResetEvent SpaceFreed { get; } = new(false);

    /// <summary>How often a lease woke the poll.</summary>
    public int PollWakes { get; private set; }

    public Action<ICommitSource, bool> Progress { get; set; }

    /// <summary>How often somebody said that it waits for a commit.</summary>
    public int UrgentSignals => _urgent;

    public LeaseEnvironment Environment { get; }

    /// <summary>Nobody wants to hear of rebalances.</summary>
    public RebalanceListeners NoListeners => new(Scope, new ListenerCalls<IKafkaRebalanceListener>(Settings.Name, 0, [], new OwnCode(), Time, Logger));

    public LeaseTable Table { get; } = new();

    /// <summary>A lease that is in the table, as after an assignment.</summary>
    public PartitionLease Open(int partition = 0)
    {
        var lease = new PartitionLease(new TopicPartition("orders", partition), ++_epoch, Environment);
        Table.Add([lease]);
        return lease;
    }

    /// <summary>A lease that has received records from an offset on.</summary>
    public PartitionLease OpenWith(int count, int partition = 0, long start = 0, Func<long, byte[]?>? key = null)
    {
        var lease = Open(partition);
        lease.Receive(Reader.Range(start, count, key));
        return lease;
    }

    /// <summary>What the committer does when the broker says yes.</summary>
    public static long? Commit(PartitionLease lease)
    {
        var point = lease.Commits.NextCommit();
        if (point is { } taken)
        {
            lease.Commits.Acknowledge(taken.NextOffset);
        }

        return point?.NextOffset;
    }

    public bool Logged(int eventId) => Logger.Collector.GetSnapshot().Any(record => record.Id.Id == eventId);

    /// <summary>Whether a test makes the framework itself fail. Else that is a failure of the test, wherever it happened.</summary>
    public bool MayBreak { get; init; }

    public void Dispose()
    {
        Assert.True(MayBreak || !Logged(EventIds.LaneBroke), Logger.Collector.GetSnapshot().FirstOrDefault(static record => record.Id.Id == EventIds.LaneBroke)?.Exception?.ToString());
        Executor.Dispose();
        SpaceFreed.Dispose();
        Metrics.Dispose();
    }
}

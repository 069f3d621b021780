using Consumers.Framework.Clients;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Failures;
using Consumers.Framework.Handling;
using Consumers.Framework.Leases;
using Consumers.Framework.Listeners;
using Consumers.Framework.Polling;
using Consumers.Framework.Positions;

namespace Consumers.Framework.Hosting;

/// <summary>
/// The parts of one worker around one client, put together here and nowhere else, in the order in which a record meets them.
/// </summary>
internal sealed class WorkerPipeline : IDisposable
{
    private readonly HandlerExecutor _executor;
    private readonly AutoResetEvent _spaceFreed = new(false);

    /// <param name="runtime">What the workers of the consumer share.</param>
    /// <param name="worker">The worker's index.</param>
    /// <param name="partitions">Its explicit partitions; null to subscribe to the topics.</param>
    /// <param name="status">What it says of itself.</param>
    public WorkerPipeline(ConsumerRuntime runtime, int worker, ExplicitPartitions? partitions, WorkerStatus status)
    {
        var scope = new WorkerScope
        {
            Settings = runtime.Settings,
            Index = worker,
            Status = status,
            Metrics = runtime.Metrics,
            Time = runtime.Time,
            Logger = runtime.Logger,
        };
        var source = runtime.Sources.Create(scope.Settings, worker);
        var drained = new DrainSignal(scope.Time);
        _executor = HandlerExecutor.Create(scope.Options.MaxConcurrency, $"{scope.Consumer}/{worker} handler");
        var membership = new Membership(scope, source, Leases);
        Committer = new Committer(source, scope, drained, membership.OnEnded);
        var leases = new LeaseEnvironment
        {
            Scope = scope,
            Reader = source.Reader,
            Lanes = new LaneEnvironment
            {
                Scope = scope,
                Reader = source.Reader,
                Executor = _executor,
                Decoders = runtime.Decoders,
                Invoker = runtime.Invoker,
                Failures = runtime.Failures,
                OwnCode = runtime.OwnCode,
            },
            Holders = runtime.Holders,
            Explicit = partitions,
            Drained = drained,
            SpaceFreed = _spaceFreed,
            WakePoll = source.Wake,
            SignalCommit = Committer.Signal,
        };
        Rebalances = new RebalanceCoordinator(scope, Leases, leases, Committer, new RebalanceListeners(scope, runtime.RebalanceListeners[worker]));
        var batch = new PollBatch(Leases, source.Reader, scope.Options.MaxPollRecords);
        var flow = new FlowControl(scope, source, Leases, batch, _spaceFreed, () => runtime.IsPaused);
        var starts = new StartPositions(scope, source.Offsets, runtime.Topics, new TopicIdLookup(scope.Settings, runtime.TopicIds, runtime.Topics, scope.Time));
        Resets = new PositionResets(scope, source, Leases, Rebalances, starts, flow.AssignmentChanged);
        var hints = new TopicHints(scope, source.Offsets, Leases);
        var handlers = new HandlerWatch(scope, Leases, runtime.HostStopper);
        var progress = new WorkerProgress(scope, Leases, runtime.ProgressListeners[worker]);
        var ownership = new PartitionOwnership(scope, Rebalances, membership, starts, Resets, flow, progress, new ClientErrors(scope, starts, hints));
        var read = partitions is null ? null : new ExplicitRead(
            scope, source, partitions, new ReadPlanner(scope, partitions, source.Offsets, starts), Leases, Committer, flow);
        Loop = new PollLoop(scope, source, batch, ownership, Rebalances, Committer, read,
        [
            () => membership.ThrowIfEnded(read),
            new RecordHandOver(scope, batch, Rebalances, flow, progress).AfterPoll,
            ownership.ReopenRetained,
            Resets.AfterPoll,
            () => flow.AfterPoll(batch.Received),
            handlers.Look,
            progress.Look,
            new PartitionObserver(scope, source, Leases, starts, Resets, membership, hints).AfterPoll,
        ]);
    }

    public LeaseTable Leases { get; } = new();

    public Committer Committer { get; }

    public RebalanceCoordinator Rebalances { get; }

    public PositionResets Resets { get; }

    public PollLoop Loop { get; }

    public void Dispose()
    {
        _executor.Dispose();
        _spaceFreed.Dispose();
    }
}

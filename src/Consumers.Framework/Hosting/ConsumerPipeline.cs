using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Failures;
using Consumers.Framework.Handling;
using Consumers.Framework.Polling;
using Consumers.Framework.Rebalancing;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Hosting;

/// <summary>
/// The stages of one worker around one client, put together here and nowhere else:
/// Polling, Dispatching (lanes), Handling and Failures, Offsets (in the leases), Committing; Rebalancing opens and closes the leases.
/// </summary>
internal sealed class ConsumerPipeline : IDisposable
{
    private readonly HandlerExecutor _executor;
    private readonly AutoResetEvent _spaceFreed = new(false);

    /// <param name="runtime">What the workers of the consumer share.</param>
    /// <param name="worker">The worker's index.</param>
    /// <param name="partitions">Its explicit partitions; null to subscribe to the topics.</param>
    /// <param name="status">What it says of itself.</param>
    public ConsumerPipeline(ConsumerRuntime runtime, int worker, ExplicitPartitions? partitions, WorkerStatus status)
    {
        var settings = runtime.Settings;
        var time = runtime.Time;
        var logger = runtime.Logger;
        var source = runtime.Sources.Create(settings, worker);
        var drained = new DrainSignal(time);
        _executor = HandlerExecutor.Create(settings.Options.MaxConcurrency, $"{settings.Name}/{worker} handler");
        Committer? committer = null;

        var lanes = new LaneEnvironment
        {
            Consumer = settings.Name,
            GroupId = settings.Options.GroupId,
            Reader = source.Reader,
            Executor = _executor,
            Decoders = runtime.Decoders,
            Invoker = runtime.Invoker,
            Failures = runtime.Failures,
            Metrics = runtime.Metrics,
            Time = time,
            Logger = logger,
            OwnCode = runtime.OwnCode,
            MaxHandlerDuration = settings.Options.MaxHandlerDuration,
            IncludesRecordData = settings.Options.Failures.IncludeRecordData,
        };
        var leases = new LeaseEnvironment
        {
            Settings = settings,
            Time = time,
            Reader = source.Reader,
            Executor = _executor,
            Lanes = lanes,
            Holders = runtime.Holders,
            Explicit = partitions,
            Drained = drained,
            SpaceFreed = _spaceFreed,
            WakePoll = source.Wake,
            Progress = (lease, urgent) => committer!.Signal(lease, urgent),
        };
        var membership = new Membership(settings, worker, source, Leases, status, time, logger);
        committer = new Committer(source, new CommitterEnvironment
        {
            Consumer = settings.Name,
            Worker = worker,
            ThreadName = $"{settings.Name}/{worker} commit",
            Interval = settings.CommitInterval,
            Drained = drained,
            MembershipEnded = membership.OnEnded,
            Metrics = runtime.Metrics,
            Time = time,
            Logger = logger,
        });
        Committer = committer;
        var listeners = new RebalanceListeners(settings, worker, runtime.RebalanceListeners[worker], logger);
        Rebalances = new RebalanceCoordinator(settings, worker, Leases, leases, committer, listeners, runtime.Metrics, time, logger);
        var flow = new FlowControl(settings, worker, source, Leases, _spaceFreed, () => runtime.IsPaused, logger);
        var starts = new StartPositions(
            settings, worker, source.Offsets, runtime.Topics, new TopicIdLookup(settings, runtime.TopicIds, runtime.Topics, time), runtime.Metrics, time, logger);
        Resets = new PositionResets(settings, worker, source, Leases, Rebalances, starts, flow, runtime.Metrics, time, logger);
        var hints = new TopicHints(settings, worker, source.Offsets, Leases, status, time, logger);
        var handlers = new HandlerWatch(settings, worker, Leases, runtime.HostStopper, runtime.Metrics, time, logger);
        var progress = new WorkerProgress(settings, worker, Leases, runtime.ProgressListeners[worker], time, logger);
        var read = partitions is null ? null : new ExplicitRead(
            settings, source, partitions, new ReadPlanner(settings, worker, partitions, source.Offsets, starts, status, time, logger),
            Leases, Rebalances, committer, flow, progress, status);
        Loop = new PollLoop(
            settings, worker, source, Leases, Rebalances, membership, committer, flow, starts, Resets, hints, read, handlers, progress, status, runtime.Metrics, time, logger);
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

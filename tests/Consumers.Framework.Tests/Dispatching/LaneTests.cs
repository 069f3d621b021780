using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Handling;
using Consumers.Framework.Leases;
using Consumers.Framework.Records;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Polly;

namespace Consumers.Framework.Tests.Dispatching;

public sealed partial class LaneTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Gates _gates = new();

    [Fact]
    public void Run_SynchronousHandlers_InOffsetOrderReleasedOnce()
    {
        using var world = new World();
        var lease = world.OpenWith(100, start: 7);
        world.Manual.RunAll();
        Assert.Equal(Enumerable.Range(7, 100).Select(static offset => (long)offset), world.Invoker.Offsets);
        Assert.Equal(107, World.Commit(lease));
        Assert.Equal(1, world.Manual.Free);
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Run_HandlerThatAwaits_NextStartsWhenItReturns()
    {
        using var world = new World();
        world.Invoker.Handler = _gates.Handle;
        var lease = world.OpenWith(2);
        world.Manual.RunAll();
        Assert.Equal([0], world.Invoker.Offsets);
        Assert.Equal(0, world.Manual.Free);
        Assert.Equal(1, lease.GetSnapshot().InFlight);
        _gates.Open(0);
        world.Manual.RunAll();
        Assert.Equal([0, 1], world.Invoker.Offsets);
        Assert.Equal(1, lease.Handled);
        _gates.Open(1);
        Assert.Equal(2, lease.Handled);
        Assert.Equal((1, 0), (world.Manual.Free, world.Manual.Ready));
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Run_OrderingKey_KeysRunSideBySideRecordsOfAKeyDoNot()
    {
        using var world = new World(static options => (options.Ordering, options.MaxConcurrency) = (RecordOrdering.Key, 8));
        world.Invoker.Handler = _gates.Handle;
        var lease = world.OpenWith(6, key: static offset => [(byte)(offset % 2)]);
        world.Manual.RunAll();
        Assert.Equal([0, 1], world.Invoker.Offsets.Order());
        _gates.Open(1);
        world.Manual.RunAll();
        Assert.Equal([0, 1, 3], world.Invoker.Offsets.Order());
        Assert.Null(World.Commit(lease));
        _gates.Open(0);
        Assert.Equal(2, World.Commit(lease));
    }

    [Fact]
    public void Run_OrderingKey_RecordsWithoutAKeyKeepTheirOrder()
    {
        using var world = new World(static options => (options.Ordering, options.MaxConcurrency) = (RecordOrdering.Key, 8));
        world.Invoker.Handler = _gates.Handle;
        world.OpenWith(3);
        world.Manual.RunAll();
        Assert.Equal([0], world.Invoker.Offsets);
    }

    [Fact]
    public void Run_OrderingNone_RecordsRunSideBySideUpToTheLimit()
    {
        using var world = new World(static options => (options.Ordering, options.MaxConcurrency) = (RecordOrdering.None, 3));
        world.Invoker.Handler = _gates.Handle;
        world.OpenWith(10);
        world.Manual.RunAll();
        Assert.Equal(3, world.Invoker.Calls.Count);
        Assert.Equal(0, world.Manual.Free);
        _gates.Open(1);
        world.Manual.RunAll();
        Assert.Equal(4, world.Invoker.Calls.Count);
    }

    [Fact]
    public void Run_BusyLane_GivesWayAfterItsTurn()
    {
        using var world = new World(time: _clock);
        world.Invoker.Handler = (_, _) =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(15));
            return ValueTask.CompletedTask;
        };
        world.OpenWith(4, partition: 0);
        world.OpenWith(4, partition: 1);
        world.Manual.RunAll();
        Assert.Equal([0, 0, 0, 1, 1, 1, 0, 1], world.Invoker.Calls.Select(static call => call.Partition));
    }

    [Fact]
    public void Recover_LaneInBackoff_GivesItsPermitBackAndOthersGoOn()
    {
        using var world = new World(time: _clock, pipeline: Pipelines.Retry(_clock, 3));
        FailOnce(world, partition: 0, offset: 0);
        var failing = world.OpenWith(2, partition: 0);
        var other = world.OpenWith(2, partition: 1);
        world.Manual.RunAll();
        Assert.Equal(2, other.Handled);
        Assert.Equal((0, 0), (failing.Handled, failing.GetSnapshot().InFlight));
        Assert.Equal(0, failing.GetSnapshot().Failing!.Offset);
        Assert.Equal(1, world.Manual.Free);
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        Waiting.Until(() => world.Manual.Ready > 0);
        world.Manual.RunAll();
        Assert.Equal(2, failing.Handled);
        Assert.Equal([1, 2, 1], world.Invoker.Calls.Where(static call => call.Partition == 0).Select(static call => call.Attempt));
        Assert.Null(failing.GetSnapshot().Failing);
        Assert.Equal(1, world.Manual.Free);
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Recover_HandlerFailsAfterItsAwait_IsTriedAgainToo()
    {
        using var world = new World(time: _clock, pipeline: Pipelines.Retry(_clock, 2));
        world.Invoker.Handler = (context, token) => context.Attempt == 1 ? _gates.Handle(context, token) : ValueTask.CompletedTask;
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        _gates.Fail(0, new IOException());
        Assert.Equal((1, 0), (world.Manual.Free, lease.GetSnapshot().InFlight));
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        Waiting.Until(() => world.Manual.Ready > 0);
        world.Manual.RunAll();
        Assert.Equal(1, World.Commit(lease));
    }

    /// <summary>Whoever completes a handler does so in a context of its own; the next attempt logs in the record's scope all the same.</summary>
    [Fact]
    public void Recover_HandlerFailsOnAForeignThread_NextAttemptLogsInItsScope()
    {
        ILogger? logger = null;
        using var world = new World(time: _clock, pipeline: Pipelines.Retry(_clock, 2), invoker: new Bare((context, token) =>
        {
            Said(logger!, context.Attempt);
            return context.Attempt == 1 ? _gates.Handle(context, token) : ValueTask.CompletedTask;
        }));
        logger = world.Logger;
        world.OpenWith(1, start: 7);
        world.Manual.RunAll();
        var completing = new Thread(() => _gates.Fail(7, new IOException()));
        completing.UnsafeStart();
        Assert.True(completing.Join(Waiting.Limit));
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        Waiting.Until(() => world.Manual.Ready > 0);
        world.Manual.RunAll();
        var said = world.Logger.Collector.GetSnapshot().Where(static record => record.Id.Id == 1).ToList();
        Assert.Equal(["attempt 1", "attempt 2"], said.Select(static record => record.Message));
        Assert.All(said, static record => Assert.StartsWith("orders orders[0]@7 attempt", Assert.Single(record.Scopes)!.ToString(), StringComparison.Ordinal));
    }

    [LoggerMessage(1, LogLevel.Information, "attempt {Attempt}")]
    private static partial void Said(ILogger logger, int attempt);

    /// <summary>The executor may have the permit before the lane awaits it: the attempt runs on the executor's thread all the same.</summary>
    [Fact]
    public void Recover_PermitBeforeItIsAwaited_AttemptRunsOnTheExecutorsThread()
    {
        var executor = new InlineExecutor();
        using var world = new World(executor: executor, time: _clock, pipeline: Pipelines.Retry(_clock, 2));
        FailOnce(world, partition: 0, offset: 0);
        world.OpenWith(1);
        executor.RunOne();
        executor.IsEager = true;
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        Waiting.Until(() => world.Invoker.Calls.Count == 2);
        Assert.Equal("executor", world.Invoker.Calls[1].Thread);
    }

    /// <summary>An open circuit or a rate limit refuses a first attempt before it is made: the permit is not kept through the wait.</summary>
    [Fact]
    public void Recover_PipelineRefusesTheFirstAttempt_GivesThePermitBack()
    {
        var refuses = true;
        var pipeline = new ResiliencePipelineBuilder().AddStrategy(_ => new Refusing(() => refuses), new RefusingOptions()).Build();
        using var world = new World(time: _clock, pipeline: pipeline, isNamed: true);
        var lease = world.OpenWith(2);
        world.Manual.RunAll();
        Assert.Equal(PartitionState.Blocked, lease.GetSnapshot().State);
        Assert.Equal((1, 0), (world.Manual.Free, lease.GetSnapshot().InFlight));
        refuses = false;
        _clock.Advance(TimeSpan.FromSeconds(30));
        Waiting.Until(() => world.Manual.Ready > 0);
        world.Manual.RunAll();
        Assert.Equal(2, World.Commit(lease));
        Assert.Equal((1, 0), (world.Manual.Free, lease.GetSnapshot().InFlight));
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Recover_PipelineThrows_RecordHoldsItsPartitionAndIsNotLost()
    {
        var throws = true;
        var pipeline = new ResiliencePipelineBuilder().AddStrategy(_ => new Refusing(() => throws ? throw new InvalidOperationException() : false), new RefusingOptions()).Build();
        using var world = new World(time: _clock, pipeline: pipeline, isNamed: true);
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        Assert.Equal(PartitionState.Blocked, lease.GetSnapshot().State);
        throws = false;
        _clock.Advance(TimeSpan.FromSeconds(30));
        Waiting.Until(() => world.Manual.Ready > 0);
        world.Manual.RunAll();
        Assert.Equal(1, World.Commit(lease));
        Assert.Equal(1, world.Manual.Free);
    }

    [Fact]
    public void Recover_Skip_RecordIsFinalAndReleased()
    {
        using var world = new World(static options => options.Failures.WhenExhausted = ExhaustedPolicy.Skip, time: _clock);
        world.Invoker.Handler = static (_, _) => throw new IOException();
        var lease = world.OpenWith(3);
        world.Manual.RunAll();
        Assert.Equal(3, World.Commit(lease));
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Token_EarlierRecordCancelledItself_NextTokenIsNew()
    {
        using var world = new World(static options => (options.Ordering, options.MaxConcurrency) = (RecordOrdering.Key, 4));
        world.Invoker.Handler = _gates.Handle;
        var lease = world.OpenWith(3, key: static offset => [(byte)(offset == 2 ? 9 : 1)]);
        world.Manual.RunAll();
        Assert.Equal([0, 2], world.Invoker.Offsets.Order());
        lease.BeginDrain();
        lease.CancelHandlers();
        var first = world.Invoker.Calls.First(static call => call.Offset == 0);
        Waiting.Until(() => first.Token.IsCancellationRequested);
        _gates.Open(0);
        world.Manual.RunAll();
        Assert.False(world.Invoker.Calls.First(static call => call.Offset == 1).Token.IsCancellationRequested);
    }

    [Fact]
    public void Finish_LeaseClosedMeanwhile_IsCountedAndNeverCommittable()
    {
        using var world = new World();
        world.Invoker.Handler = _gates.Handle;
        var lease = world.OpenWith(2);
        world.Manual.RunAll();
        lease.Close(CloseReason.Lost);
        Waiting.Until(() => world.Invoker.Calls[0].Token.IsCancellationRequested);
        _gates.Open(0);
        world.Manual.RunAll();
        Assert.Equal([0], world.Invoker.Offsets);
        Assert.Equal(0, lease.Handled);
        Assert.Null(lease.Commits.NextCommit());
        Assert.True(world.Logged(EventIds.StaleCompletion));
        Assert.Equal((1, 0), (world.Manual.Free, lease.GetSnapshot().InFlight));
        world.Reader.AssertAllReleasedOnce();
    }

    private static void FailOnce(World world, int partition, long offset) =>
        world.Invoker.Handler = (context, _) => context.Partition.Value == partition && context.Offset.Value == offset && context.Attempt == 1
            ? throw new IOException("once")
            : ValueTask.CompletedTask;

    /// <summary>No asynchronous method around the handler: it would bring its own context along.</summary>
    private sealed class Bare(Func<ConsumeContext, CancellationToken, ValueTask> handler) : HandlerInvoker
    {
        public override ValueTask InvokeAsync(RecordSlot slot, ConsumeContext context, CancellationToken cancellationToken) => handler(context, cancellationToken);
    }

    private sealed class RefusingOptions : ResilienceStrategyOptions;

    private sealed class Refusing(Func<bool> refuses) : ResilienceStrategy
    {
        protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
            Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state) => refuses()
                ? new(Outcome.FromException<TResult>(new IOException("refused")))
                : callback(context, state);
    }
}

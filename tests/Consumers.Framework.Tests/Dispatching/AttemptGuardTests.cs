using System.Collections.Concurrent;
using Consumers.Framework.Configuration;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Leases;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Dispatching;

/// <summary>An attempt that takes longer than MaxHandlerDuration is cancelled, that attempt and no other, and fails like any that throws.</summary>
public sealed class AttemptGuardTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _clock = new();
    private readonly Gates _gates = new();

    [Fact]
    public void FindOverdue_AttemptReachesTheLimit_IsCancelledOnceAndNamed()
    {
        using var world = Guarded();
        world.Invoker.Handler = _gates.Handle;
        var lease = world.OpenWith(2, start: 7);
        world.Manual.RunAll();
        _clock.Advance(Limit - TimeSpan.FromTicks(1));
        Assert.Empty(Find(lease));
        Assert.False(world.Invoker.Calls[0].Token.IsCancellationRequested);

        _clock.Advance(TimeSpan.FromTicks(1));
        var overdue = Assert.Single(Find(lease));

        Assert.Equal((7, 1, Limit, OverdueStage.Cancelled), (overdue.Offset, overdue.Attempt, overdue.Age, overdue.Stage));
        Waiting.Until(() => world.Invoker.Calls[0].Token.IsCancellationRequested);
        Assert.Empty(Find(lease));
    }

    [Fact]
    public void FindOverdue_HandlerGoesOnForTheLimitAgain_IsStuckOnce()
    {
        using var world = Guarded();
        world.Invoker.Handler = _gates.Handle;
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        _clock.Advance(Limit);
        Find(lease);
        _clock.Advance(Limit - TimeSpan.FromTicks(1));
        Assert.Empty(Find(lease));
        Assert.Equal(Limit - TimeSpan.FromTicks(1), lease.GetSnapshot().OldestInFlightCancelledFor);

        _clock.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(OverdueStage.Stuck, Assert.Single(Find(lease)).Stage);
        Assert.Empty(Find(lease));
    }

    [Fact]
    public void Recover_HandlerHonoursItsToken_AttemptHasFailedAndTheNextHasAFreshToken()
    {
        using var world = Guarded(attempts: 3);
        world.Invoker.Handler = static (context, token) => context is { Offset.Value: 0, Attempt: < 3 } ? new ValueTask(Task.Delay(Timeout.Infinite, token)) : ValueTask.CompletedTask;
        var lease = world.OpenWith(2);
        world.Manual.RunAll();
        for (var attempt = 1; attempt < 3; attempt++)
        {
            Assert.False(world.Invoker.Calls[^1].Token.IsCancellationRequested);
            _clock.Advance(Limit);
            Assert.Equal(attempt, Assert.Single(Find(lease)).Attempt);
            Waiting.Until(() => lease.GetSnapshot().Failing?.Attempts == attempt);
            Assert.Equal(
                "TimeoutException: The handler was cancelled by MaxHandlerDuration (00:01:00).", lease.GetSnapshot().Failing!.Reason);

            // The failure comes on another thread, which sets the timer of the delay after it has noted it.
            Waiting.Until(() =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(100));
                return world.Manual.Ready > 0;
            });
            world.Manual.RunAll();
        }

        Waiting.Until(() =>
        {
            world.Manual.RunAll();
            return lease.Handled == 2;
        });
        Assert.Equal(2, World.Commit(lease));
        Assert.Equal([1, 2, 3, 1], world.Invoker.Calls.Select(static call => call.Attempt));
        Assert.Equal(2, world.Logger.Collector.GetSnapshot().Count(static entry => entry.Id.Id == EventIds.AttemptFailed));
        Assert.False(world.Logged(EventIds.AbandonedAtFailure));
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Recover_HandlerFailsByItselfAfterItsCancellation_KeepsItsOwnReason()
    {
        using var world = Guarded(attempts: 2);
        world.Invoker.Handler = _gates.Handle;
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        _clock.Advance(Limit);
        Find(lease);
        _gates.Fail(0, new IOException("disk"));

        Assert.Equal("IOException: disk", lease.GetSnapshot().Failing!.Reason);
    }

    /// <summary>A handler's own cancellation, of an HTTP call for instance, has nothing to do with the guard.</summary>
    [Fact]
    public void Recover_HandlerCancelsItself_IsNotSaidToBeTheGuard()
    {
        using var world = Guarded(attempts: 2);
        world.Invoker.Handler = static (_, _) => throw new OperationCanceledException("mine");
        var lease = world.OpenWith(1);
        world.Manual.RunAll();

        Assert.Equal("OperationCanceledException: mine", lease.GetSnapshot().Failing!.Reason);
    }

    /// <summary>The thread that looks comes just before the handler returns; the records behind it are of the same run.</summary>
    [Fact]
    public void Run_RecordReturnsAlthoughCancelled_IsHandledAndTheNextOneIsNotCancelled()
    {
        using var world = Guarded();
        PartitionLease? lease = null;
        world.Invoker.Handler = (context, token) =>
        {
            Assert.False(token.IsCancellationRequested);
            if (context.Offset == 1)
            {
                _clock.Advance(Limit);
                Assert.Equal(1, Assert.Single(Find(lease!)).Offset);
            }

            return ValueTask.CompletedTask;
        };
        lease = world.OpenWith(4);
        world.Manual.RunAll();

        Assert.Equal(4, World.Commit(lease));
        Waiting.Until(() => world.Invoker.Calls[1].Token.IsCancellationRequested);
        Assert.All(world.Invoker.Calls.Skip(2), static call => Assert.False(call.Token.IsCancellationRequested));
    }

    /// <summary>A quick lane reads the clock for each record, or a slow one would look as old as those before it together.</summary>
    [Fact]
    public void Run_ManyQuickRecordsThenASlowOne_EachIsAsOldAsItself()
    {
        using var world = Guarded();
        PartitionLease? lease = null;
        world.Invoker.Handler = (context, _) =>
        {
            _clock.Advance(context.Offset < 40 ? TimeSpan.FromTicks(1) : Limit / 2);
            Assert.Empty(Find(lease!));
            return ValueTask.CompletedTask;
        };
        lease = world.Open();
        lease.Receive(world.Reader.Range(0, 60));
        world.Manual.RunAll();

        Assert.Equal(60, World.Commit(lease));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Close_WhileAnAttemptRuns_CancelsItAsLostAndNotAsOverdue(int attempt)
    {
        using var world = Guarded(attempts: 3);
        world.Invoker.Handler = (context, token) => context.Attempt < attempt ? throw new IOException() : new ValueTask(Task.Delay(Timeout.Infinite, token));
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        if (attempt > 1)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Waiting.Until(() => world.Manual.Ready > 0);
            world.Manual.RunAll();
        }

        lease.Close(CloseReason.Lost);

        Waiting.Until(() => world.Logger.Collector.GetSnapshot().Any(static entry => entry.Id.Id == EventIds.AbandonedAtFailure) || world.Reader.Released == 1);
        Assert.True(world.Invoker.Calls[^1].Token.IsCancellationRequested);
        Assert.Equal(attempt, world.Invoker.Calls.Count);
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void GiveUpStuck_Drain_DoesNotWaitForItAndCommitsWhatCameBefore()
    {
        using var world = Guarded(options => options.Commit.Strategy = CommitStrategy.Auto);
        world.Invoker.Handler = (context, token) => context.Offset == 2 ? _gates.Handle(context, token) : ValueTask.CompletedTask;
        var lease = world.OpenWith(5);
        world.Manual.RunAll();
        _clock.Advance(Limit);
        Find(lease);
        _clock.Advance(Limit);
        Assert.Equal(OverdueStage.Stuck, Assert.Single(Find(lease)).Stage);

        lease.GiveUpStuck();
        lease.BeginDrain();

        Assert.True(lease.IsDrained);
        Assert.Equal(2, World.Commit(lease));
        lease.Close(CloseReason.Revoked);
        _gates.Open(2);
        Assert.True(world.Logged(EventIds.StaleCompletion));
        Assert.Equal([0, 1, 2], world.Invoker.Offsets);
        world.Reader.AssertAllReleasedOnce();
    }

    /// <summary>What is committed ahead behind it will not run, however long it is waited for.</summary>
    [Fact]
    public void GiveUpStuck_DrainUnderAtMostOnce_DoesNotWaitForWhatIsBehindIt()
    {
        using var world = Guarded(static options => options.Commit.Strategy = CommitStrategy.AtMostOnce);
        world.Invoker.Handler = _gates.Handle;
        var lease = world.OpenWith(3);
        world.Manual.RunAll();
        Assert.Equal(3, World.Commit(lease));
        world.Manual.RunAll();
        _clock.Advance(Limit);
        Find(lease);
        _clock.Advance(Limit);
        Assert.Equal(OverdueStage.Stuck, Assert.Single(Find(lease)).Stage);

        lease.GiveUpStuck();
        lease.BeginDrain();

        Assert.True(lease.IsDrained);
        lease.Close(CloseReason.Revoked);
        _gates.Open(0);
        Assert.Equal([0], world.Invoker.Offsets);
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void GiveUpStuck_OtherLanesOfTheLease_AreStillWaitedFor()
    {
        using var world = Guarded(static options => (options.Ordering, options.MaxConcurrency) = (RecordOrdering.Key, 4));
        world.Invoker.Handler = _gates.Handle;
        var lease = world.OpenWith(1, key: static _ => [1]);
        world.Manual.RunAll();
        _clock.Advance(Limit);
        Find(lease);
        _clock.Advance(Limit - TimeSpan.FromSeconds(1));
        lease.Receive(world.Reader.Range(1, 1, static _ => [9]));
        world.Manual.RunAll();
        Assert.Equal(2, world.Invoker.Calls.Count);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, Assert.Single(Find(lease)).Offset);

        lease.GiveUpStuck();
        lease.BeginDrain();
        Assert.False(lease.IsDrained);
        _gates.Open(1);

        Assert.True(lease.IsDrained);
    }

    /// <summary>
    /// The guard looks at random moments while records end and begin. Whatever record sees its token cancelled is one that the guard has
    /// named: none is cancelled in the place of the one before it.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void FindOverdue_WhileRecordsComeAndGo_CancelsTheOneThatItNames(int maxConcurrency)
    {
        var cancelled = new ConcurrentDictionary<long, bool>();
        var found = new List<OverdueRecord>();
        using var world = new World(
            options =>
            {
                options.MaxHandlerDuration = TimeSpan.FromTicks(1);
                options.MaxConcurrency = maxConcurrency;
                options.Buffer.MaxRecords = 1_000_000;
            },
            HandlerExecutor.Create(maxConcurrency, "guarded"), new TickingClock());
        world.Invoker.Handler = (context, token) =>
        {
            Thread.SpinWait((int)context.Offset % 50);
            if (token.IsCancellationRequested)
            {
                cancelled[context.Offset] = true;
            }

            return ValueTask.CompletedTask;
        };
        var lease = world.OpenWith(60_000);
        using var limit = new CancellationTokenSource(Waiting.Limit);
        while (lease.Handled < 60_000 && !limit.IsCancellationRequested)
        {
            lease.FindOverdue(world.Time.GetTimestamp(), found);
            Thread.SpinWait(20);
        }

        var named = found.Where(static record => record.Stage == OverdueStage.Cancelled).Select(static record => record.Offset).ToHashSet();
        Assert.Equal(60_000, lease.Handled);
        Assert.NotEmpty(cancelled);
        Assert.Empty(cancelled.Keys.Except(named));
    }

    private World Guarded(Action<KafkaConsumerOptions>? configure = null, int attempts = 1) => new(
        options =>
        {
            options.MaxHandlerDuration = Limit;
            configure?.Invoke(options);
        },
        time: _clock,
        pipeline: Pipelines.Retry(_clock, Math.Max(attempts, 2)));

    private List<OverdueRecord> Find(PartitionLease lease)
    {
        var found = new List<OverdueRecord>();
        lease.FindOverdue(_clock.GetTimestamp(), found);
        return found;
    }

    /// <summary>Time that passes by being looked at: whoever looks again finds that the limit of one tick is over.</summary>
    private sealed class TickingClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Increment(ref _now);
    }
}

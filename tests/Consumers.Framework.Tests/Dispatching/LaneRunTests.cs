using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Dispatching;

/// <summary>What others see and do while a lane is in the middle of a run that it took under one lock.</summary>
public sealed class LaneRunTests
{
    private const int Backlog = 600;
    private const int Middle = 300;

    private readonly FakeTimeProvider _clock = new();
    private readonly Gates _gates = new();

    [Fact]
    public void TakePoint_InTheMiddleOfARun_CoversEveryRecordThatHasReturned()
    {
        using var world = new World();
        var lease = world.Open();
        At(world, lease, Middle, () =>
        {
            Assert.Equal(Middle, World.Commit(lease));
            Assert.Null(World.Commit(lease));
        });
        Assert.Equal(Backlog, World.Commit(lease));
    }

    [Fact]
    public void GetSnapshot_InTheMiddleOfARun_ShowsTheRecordInHand()
    {
        using var world = new World();
        var lease = world.Open();
        At(world, lease, Middle, () =>
        {
            var snapshot = lease.GetSnapshot();
            Assert.Equal((Middle, 1, Backlog - Middle - 1), (snapshot.OldestInFlightOffset, snapshot.InFlight, snapshot.Buffered));
            Assert.Equal((null, Backlog), (snapshot.Committed, snapshot.Position));
        });
        Assert.Equal((null, 0, 0), (lease.GetSnapshot().OldestInFlightOffset, lease.GetSnapshot().InFlight, lease.GetSnapshot().Buffered));
    }

    [Fact]
    public void Handled_InTheMiddleOfARun_CountsEveryRecordThatHasReturned()
    {
        using var world = new World();
        var lease = world.Open();
        At(world, lease, Middle, () => Assert.Equal(Middle, lease.Handled));
        Assert.Equal(Backlog, lease.Handled);
    }

    /// <summary>Not while something is in hand: the client's position may be past records that are not final.</summary>
    [Fact]
    public void Observe_AfterTheLastRecordOfARun_PassesTheMarker()
    {
        using var world = new World();
        var lease = world.Open();
        At(world, lease, Backlog - 1, () => lease.Observe(Backlog + 1, Backlog + 1));
        Assert.Equal(Backlog, World.Commit(lease));
        lease.Observe(Backlog + 1, Backlog + 1);
        Assert.Equal(Backlog + 1, World.Commit(lease));
    }

    /// <summary>The committer may have looked just before: so it is told after each record, not when the run is over.</summary>
    [Fact]
    public void Progress_InTheMiddleOfARun_IsToldForEveryRecord()
    {
        using var world = new World();
        var told = 0;
        world.Progress = (_, _) => told++;
        var lease = world.Open();
        At(world, lease, Middle, () => Assert.Equal(Middle, told));
    }

    [Fact]
    public void IsLow_InTheMiddleOfARun_KnowsWhatHasReturned()
    {
        using var world = new World(static options => (options.Buffer.MaxRecords, options.Buffer.MaxBytes) = (Backlog, Backlog * 10));
        var lease = world.Open();
        At(world, lease, Backlog / 2, () => Assert.Equal((false, false), (lease.Buffer.IsFull, lease.Buffer.IsLow)));
        using var other = new World(static options => (options.Buffer.MaxRecords, options.Buffer.MaxBytes) = (Backlog, Backlog * 10));
        lease = other.Open();
        At(other, lease, Backlog * 3 / 4, () => Assert.True(lease.Buffer.IsLow));
    }

    [Fact]
    public void BeginDrain_InTheMiddleOfARun_RecordInHandFinishesAndTheRestIsDropped()
    {
        using var world = new World();
        var lease = world.Open();
        At(world, lease, Middle, () =>
        {
            lease.BeginDrain();
            Assert.False(lease.IsDrained);
        });
        Assert.Equal(Middle, world.Invoker.Offsets[^1]);
        Assert.True(lease.IsDrained);
        Assert.Equal(Middle + 1, World.Commit(lease));
        Assert.Equal(Middle + 1, lease.Handled);
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Close_InTheMiddleOfARun_RecordInHandNoLongerCounts()
    {
        using var world = new World();
        var lease = world.Open();
        At(world, lease, Middle, () => lease.Close(CloseReason.Lost));
        Assert.Equal(Middle, world.Invoker.Offsets[^1]);
        Assert.Equal(Middle, lease.Handled);
        Assert.Null(lease.Commits.NextCommit());
        Assert.Single(world.Logger.Collector.GetSnapshot(), static record => record.Id.Id == EventIds.StaleCompletion);
        Assert.Equal((0, 1), (lease.GetSnapshot().InFlight, world.Manual.Free));
        world.Reader.AssertAllReleasedOnce();
    }

    /// <summary>A lane that is not on a thread holds nothing but the record in hand, so a drain need not wait for it to drop the rest.</summary>
    [Fact]
    public void BeginDrain_RecordInTheMiddleOfARunAwaits_RestIsDroppedAtOnce()
    {
        using var world = new World();
        world.Invoker.Handler = (context, token) => context.Offset.Value == Middle ? _gates.Handle(context, token) : ValueTask.CompletedTask;
        var lease = world.OpenWith(Backlog);
        world.Manual.RunAll();
        Assert.Equal(Middle, World.Commit(lease));
        lease.BeginDrain();
        Assert.Equal(Backlog - 1, world.Reader.Released);
        _gates.Open(Middle);
        Assert.True(lease.IsDrained);
        Assert.Equal(Middle + 1, World.Commit(lease));
    }

    [Fact]
    public void BeginDrain_RecordFailsRightAfter_RestOfTheRunIsDropped()
    {
        using var world = new World(time: _clock, pipeline: Pipelines.Retry(_clock, 3));
        var lease = world.Open();
        At(world, lease, Middle, () =>
        {
            lease.BeginDrain();
            throw new IOException();
        });
        Assert.True(lease.IsDrained);
        Assert.Equal(Middle, World.Commit(lease));
        Assert.Equal((1, 0), (world.Manual.Free, world.Manual.Ready));
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Recover_RecordInTheMiddleOfARun_RestGoesOnAfterIt()
    {
        using var world = new World(time: _clock, pipeline: Pipelines.Retry(_clock, 3));
        world.Invoker.Handler = static (context, _) => context is { Offset.Value: Middle, Attempt: 1 } ? throw new IOException() : ValueTask.CompletedTask;
        var lease = world.OpenWith(Backlog);
        world.Manual.RunAll();
        Assert.Equal((Middle, 0), (lease.Handled, lease.GetSnapshot().InFlight));
        Assert.Equal(Middle, lease.GetSnapshot().Failing!.Offset);
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        Waiting.Until(() => world.Manual.Ready > 0);
        world.Manual.RunAll();
        Assert.Equal(Backlog, World.Commit(lease));
        Assert.Equal(Backlog + 1, world.Invoker.Calls.Count);
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Receive_InTheMiddleOfARun_GoesBehindIt()
    {
        using var world = new World();
        var lease = world.Open();
        At(world, lease, Middle, () => lease.Receive(world.Reader.Range(Backlog, Backlog)));
        Assert.Equal(Enumerable.Range(0, 2 * Backlog).Select(static offset => (long)offset), world.Invoker.Offsets);
        Assert.Equal(2 * Backlog, World.Commit(lease));
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Run_MaxUncommitted_EndsTheRunThere()
    {
        using var world = new World(static options => options.Commit.MaxUncommitted = 170);
        var lease = world.OpenWith(Backlog);
        world.Manual.RunAll();
        Assert.Equal(170, world.Invoker.Calls.Count);
        Assert.True(world.UrgentSignals > 0);
        Assert.Equal(170, World.Commit(lease));
        world.Manual.RunAll();
        Assert.Equal(340, world.Invoker.Calls.Count);
    }

    [Fact]
    public void Run_Sync_EndsWithTheBatch()
    {
        using var world = new World(static options => options.Commit.Strategy = CommitStrategy.Sync);
        var lease = world.OpenWith(250);
        lease.Receive(world.Reader.Range(250, 250));
        world.Manual.RunAll();
        Assert.Equal(250, world.Invoker.Calls.Count);
        Assert.Equal(250, World.Commit(lease));
        world.Manual.RunAll();
        Assert.Equal(500, World.Commit(lease));
    }

    [Fact]
    public void Run_SyncAndHandlersBecomeSlow_BatchIsCutAfterTheInterval()
    {
        using var world = new World(
            static options => (options.Commit.Strategy, options.Commit.Interval) = (CommitStrategy.Sync, TimeSpan.FromMilliseconds(100)), time: _clock);
        world.Invoker.Handler = (context, _) =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(context.Offset.Value < 200 ? 0 : 15));
            return ValueTask.CompletedTask;
        };
        var lease = world.OpenWith(Backlog);
        world.Manual.RunAll();
        var cut = World.Commit(lease);

        // 15 ms a record make 7 in 100 ms, and the lane looks at the clock within 16 of them when it has been quick before.
        Assert.InRange(cut!.Value, 206, 216);
        world.Manual.RunAll();
        Assert.InRange(World.Commit(lease)!.Value - cut.Value, 6, 8);
    }

    [Fact]
    public void Run_AtMostOnce_EndsWhereTheCommitEnds()
    {
        using var world = new World(static options => options.Commit.Strategy = CommitStrategy.AtMostOnce);
        var lease = world.OpenWith(150);
        lease.Receive(world.Reader.Range(150, 150));
        world.Manual.RunAll();
        Assert.Equal(150, World.Commit(lease));
        world.Manual.RunAll();
        Assert.Equal(149, world.Invoker.Offsets[^1]);
        Assert.Equal(300, World.Commit(lease));
        world.Manual.RunAll();
        Assert.Equal(299, world.Invoker.Offsets[^1]);
    }

    /// <summary>Each record is asked to stop by itself, also those that must run after it.</summary>
    [Theory]
    [InlineData(CommitStrategy.Async, false)]
    [InlineData(CommitStrategy.AtMostOnce, true)]
    public void CancelHandlers_InTheMiddleOfARun_NextTokenIsNew(CommitStrategy strategy, bool drains)
    {
        using var world = new World(options => options.Commit.Strategy = strategy);
        var tokens = new List<(bool Before, bool After)>();
        var lease = world.Open();
        world.Invoker.Handler = (context, token) =>
        {
            var before = token.IsCancellationRequested;
            if (context.Offset.Value == Middle)
            {
                if (drains)
                {
                    lease.BeginDrain();
                }

                lease.CancelHandlers();
            }

            tokens.Add((before, token.IsCancellationRequested));
            return ValueTask.CompletedTask;
        };
        lease.Receive(world.Reader.Range(0, Backlog));
        world.Manual.RunAll();
        World.Commit(lease);
        world.Manual.RunAll();
        Assert.Equal(Backlog, tokens.Count);
        Assert.Equal((false, true), tokens[Middle]);
        Assert.All(tokens.Where(static (_, offset) => offset != Middle), static token => Assert.Equal((false, false), token));
    }

    /// <summary>A handler that forgets its registration does not hear of the next record's cancellation.</summary>
    [Fact]
    public void Token_RegistrationOfAnEarlierRecordOfTheRun_IsGone()
    {
        using var world = new World();
        var calls = 0;
        var cancelled = new ManualResetEventSlim();
        var lease = world.Open();
        world.Invoker.Handler = (context, token) =>
        {
            token.Register(() => Interlocked.Increment(ref calls));
            if (context.Offset.Value == Middle)
            {
                token.Register(cancelled.Set);
                lease.BeginDrain();
                lease.CancelHandlers();
                cancelled.WaitHandle.Soon();
            }

            return ValueTask.CompletedTask;
        };
        lease.Receive(world.Reader.Range(0, Backlog));
        world.Manual.RunAll();
        Waiting.Until(() => Volatile.Read(ref calls) > 0);
        Assert.Equal(1, calls);
    }

    /// <summary>Quick handlers make the clock rare; the age of a record that then takes long is right all the same.</summary>
    [Fact]
    public void OldestInFlightAge_AfterASlowRecordOfARun_IsThatOfTheRecordInHand()
    {
        using var world = new World(time: _clock);
        var ages = new Dictionary<long, TimeSpan>();
        var lease = world.Open();
        world.Invoker.Handler = (context, _) =>
        {
            if (context.Offset.Value is Middle or Middle + 1)
            {
                _clock.Advance(TimeSpan.FromSeconds(10));
                ages[context.Offset.Value] = lease.GetSnapshot().OldestInFlightAge;
            }

            return ValueTask.CompletedTask;
        };
        lease.Receive(world.Reader.Range(0, Backlog));
        world.Manual.RunAll();
        Assert.Equal(TimeSpan.FromSeconds(10), ages[Middle]);
        Assert.Equal(TimeSpan.FromSeconds(10), ages[Middle + 1]);
    }

    /// <summary>Runs a backlog with handlers that return at once; one of them does something first.</summary>
    private static void At(World world, PartitionLease lease, long offset, Action inHandler)
    {
        var done = false;
        world.Invoker.Handler = (context, _) =>
        {
            if (context.Offset.Value == offset && context.Attempt == 1)
            {
                done = true;
                inHandler();
            }

            return ValueTask.CompletedTask;
        };
        lease.Receive(world.Reader.Range(0, Backlog));
        world.Manual.RunAll();
        Assert.True(done);
    }
}

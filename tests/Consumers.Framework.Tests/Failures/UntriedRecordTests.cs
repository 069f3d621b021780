using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Handling;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Consumers.Framework.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.CircuitBreaker;

namespace Consumers.Framework.Tests.Failures;

/// <summary>A record that could not be tried, for no fault of its own, is held until it can, whatever the policy.</summary>
public sealed class UntriedRecordTests
{
    private static readonly HandlerNotMadeException NotMade = new(typeof(RawHandler), new IOException("the database is away"));

    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData(ExhaustedPolicy.Skip, 1)]
    [InlineData(ExhaustedPolicy.Skip, 3)]
    [InlineData(ExhaustedPolicy.StopHost, 3)]
    [InlineData(ExhaustedPolicy.Block, 3)]
    public void Run_HandlerCannotBeMade_IsHeldWithGrowingDelaysAndHandledOnceItCan(ExhaustedPolicy policy, int maxAttempts)
    {
        using var world = Create(policy, maxAttempts);
        var isAway = true;
        world.Invoker.Handler = (_, _) => isAway ? throw NotMade : ValueTask.CompletedTask;
        var lease = world.OpenWith(2);
        world.Manual.RunAll();

        // As many as any policy would allow, and beyond: 200 ms, doubled up to 30 s.
        foreach (var delay in new[] { 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000 })
        {
            Assert.Equal(PartitionState.NoHandler, lease.GetSnapshot().State);
            _clock.Advance(TimeSpan.FromMilliseconds(delay - 1));
            Assert.Equal(0, world.Manual.Ready);
            Again(world, TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal((0, null, 0), (lease.Handled, lease.Commits.NextCommit()?.NextOffset, world.Stopper.Calls));
        Assert.Equal("RawHandler cannot be made: IOException: the database is away", lease.GetSnapshot().Failing!.Reason);
        Assert.Equal(0, world.Environment.Lanes.Failures.Skips.GetSnapshot()?.Total ?? 0);

        isAway = false;
        Again(world, TimeSpan.FromSeconds(30));

        Assert.Equal(2, World.Commit(lease));
        Assert.Equal(PartitionState.Running, lease.GetSnapshot().State);
        var said = Assert.Single(world.Logger.Collector.GetSnapshot(), static record => record.Id.Id == EventIds.HandlerNotMade);
        Assert.Same(NotMade.InnerException, said.Exception);
        Assert.Contains("RawHandler cannot be made for orders[0] offset 0 (IOException: the database is away)", said.Message, StringComparison.Ordinal);
        Assert.Equal(10, world.Logger.Collector.GetSnapshot().Count(static record => record.Id.Id == EventIds.HandlerStillNotMade));
        Assert.True(world.Logged(EventIds.RecordUnblocked));
        Assert.False(world.Logged(EventIds.RecordSkipped));
        Assert.False(world.Logged(EventIds.AttemptFailed));
    }

    /// <summary>Once it can be made it may well find the record bad; that is the policy's matter then, with all its attempts.</summary>
    [Fact]
    public void Run_HandlerIsMadeAndFails_ThePolicyDecides()
    {
        using var world = Create(ExhaustedPolicy.Skip, maxAttempts: 2);
        world.Invoker.Handler = static (context, _) => throw (context.Attempt <= 2 ? NotMade : new IOException("bad"));
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        Again(world, TimeSpan.FromMilliseconds(200));
        Again(world, TimeSpan.FromMilliseconds(400));
        Assert.Equal((PartitionState.Retrying, "IOException: bad"), (lease.GetSnapshot().State, lease.GetSnapshot().Failing!.Reason));

        Again(world, TimeSpan.FromMilliseconds(200));

        Assert.Equal(4, world.Invoker.Calls.Count);
        Assert.Equal(1, World.Commit(lease));
        Assert.True(world.Logged(EventIds.RecordSkipped));
    }

    [Fact]
    public void Run_HandlerCannotBeMadeBetweenTwoFailures_IsNoAttemptOfThePolicy()
    {
        using var world = Create(ExhaustedPolicy.Skip, maxAttempts: 2);
        world.Invoker.Handler = static (context, _) => context.Attempt switch
        {
            1 => throw new IOException("bad"),
            2 => throw NotMade,
            _ => ValueTask.CompletedTask,
        };
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        Again(world, TimeSpan.FromMilliseconds(200));
        Assert.Equal(PartitionState.NoHandler, lease.GetSnapshot().State);

        Again(world, TimeSpan.FromMilliseconds(200));

        Assert.Equal(1, World.Commit(lease));
        Assert.False(world.Logged(EventIds.RecordSkipped));
    }

    /// <summary>Under Block the record holds its partition for a failure of its own; that its handler cannot be made is shown while it cannot.</summary>
    [Fact]
    public void Hold_HandlerCannotBeMadeMeanwhile_IsShownWhileItCannot()
    {
        using var world = Create(ExhaustedPolicy.Block, maxAttempts: 1);
        world.Invoker.Handler = static (context, _) => context.Attempt switch
        {
            1 or 3 => throw new IOException("bad"),
            2 => throw NotMade,
            _ => ValueTask.CompletedTask,
        };
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        var states = new List<PartitionState> { lease.GetSnapshot().State };
        for (var attempt = 2; attempt <= 4; attempt++)
        {
            Again(world, TimeSpan.FromSeconds(30));
            states.Add(lease.GetSnapshot().State);
        }

        Assert.Equal([PartitionState.Blocked, PartitionState.NoHandler, PartitionState.Blocked, PartitionState.Running], states);
        Assert.Equal(1, World.Commit(lease));
    }

    [Fact]
    public void Run_NamedPipeline_HandlerThatCannotBeMadeEndsItAndIsHeldOutside()
    {
        using var world = new World(
            static options => options.Failures.WhenExhausted = ExhaustedPolicy.Skip, time: _clock, pipeline: Pipelines.Retry(_clock, 2), isNamed: true);
        world.Invoker.Handler = static (context, _) => context.Attempt <= 4 ? throw NotMade : ValueTask.CompletedTask;
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        foreach (var delay in new[] { 200, 400, 800, 1600 })
        {
            Assert.Equal(PartitionState.NoHandler, lease.GetSnapshot().State);
            Again(world, TimeSpan.FromMilliseconds(delay));
        }

        Assert.Equal(1, World.Commit(lease));
        Assert.Equal(1, world.Manual.Free);
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Run_HandlerCannotBeMadeAndPartitionIsTaken_IsLeftToTheNextOwnerAtOnce()
    {
        using var world = Create(ExhaustedPolicy.Skip, maxAttempts: 1);
        world.Invoker.Handler = static (_, _) => throw NotMade;
        var lease = world.OpenWith(3);
        world.Manual.RunAll();

        lease.BeginDrain();

        Assert.True(lease.IsDrained);
        Waiting.Until(() => world.Reader.Released == 3);
        Assert.Equal((0, null), (lease.Handled, lease.Commits.NextCommit()?.NextOffset));
        Assert.Single(world.Invoker.Calls);
    }

    /// <summary>A circuit breaker opens for what failed before; a record that it has let nobody try is not given up.</summary>
    [Fact]
    public void Run_PipelineRefusesToTry_RecordWaitsAndGoesThroughThePipelineAgain()
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = _clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Exception is IOException),
                FailureRatio = 0.5,
                MinimumThroughput = 2,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = TimeSpan.FromMilliseconds(500),
            })
            .Build();
        using var world = new World(static options => options.Failures.WhenExhausted = ExhaustedPolicy.Skip, time: _clock, pipeline: pipeline, isNamed: true);
        var isAway = true;
        world.Invoker.Handler = (_, _) => isAway ? throw new IOException("away") : ValueTask.CompletedTask;
        var lease = world.OpenWith(4);
        world.Manual.RunAll();

        // The first two were tried and failed, and the policy is Skip; they have opened the circuit.
        Waiting.Until(() => world.Logged(EventIds.AttemptRefused));
        Assert.Equal((2, 2), (lease.Handled, World.Commit(lease)));
        Assert.Equal(PartitionState.Blocked, lease.GetSnapshot().State);
        isAway = false;

        _clock.Advance(TimeSpan.FromMilliseconds(200));
        Waiting.Until(() => world.Logger.Collector.GetSnapshot().Count(static record => record.Id.Id == EventIds.AttemptRefused) == 2);
        Assert.Equal(2, world.Invoker.Calls.Count);
        Again(world, TimeSpan.FromMilliseconds(400));

        Assert.Equal(4, World.Commit(lease));
        Assert.Equal(1, world.Manual.Free);
        Assert.Equal(2, world.Logger.Collector.GetSnapshot().Count(static record => record.Id.Id == EventIds.RecordSkipped));
    }

    private World Create(ExhaustedPolicy policy, int maxAttempts) => new(
        options => options.Failures.WhenExhausted = policy,
        time: _clock,
        pipeline: maxAttempts == 1 ? ResiliencePipeline.Empty : Pipelines.Retry(_clock, maxAttempts));

    private void Again(World world, TimeSpan after)
    {
        _clock.Advance(after);
        Waiting.Until(() => world.Manual.Ready == 1);
        world.Manual.RunAll();
    }
}

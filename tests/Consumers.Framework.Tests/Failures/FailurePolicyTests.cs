using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Leases;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.Timeout;

namespace Consumers.Framework.Tests.Failures;

/// <summary>The policy through a lane of its own, with a clock that the test moves.</summary>
public sealed class FailurePolicyTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Run_Transient_IsTriedAfterGrowingDelaysUntilItSucceeds()
    {
        using var world = Retrying(maxAttempts: 5);
        world.Invoker.Handler = static (context, _) => context.Attempt < 4 ? throw new IOException() : ValueTask.CompletedTask;
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        foreach (var (delay, attempt) in new[] { (200, 1), (400, 2), (800, 3) })
        {
            Assert.Equal(attempt, world.Invoker.Calls.Count);
            Assert.Equal(attempt, lease.GetSnapshot().Failing!.Attempts);
            _clock.Advance(TimeSpan.FromMilliseconds(delay - 1));
            Assert.Equal(0, world.Manual.Ready);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            Waiting.Until(() => world.Manual.Ready == 1);
            world.Manual.RunAll();
        }

        Assert.Equal(1, World.Commit(lease));
        Assert.Equal([1, 2, 3, 4], world.Invoker.Calls.Select(static call => call.Attempt));
    }

    [Fact]
    public void Run_Exhausted_BlocksAndRecoversAtTheLongestDelay()
    {
        using var world = Retrying(maxAttempts: 2);
        var fails = true;
        world.Invoker.Handler = (_, _) => fails ? throw new IOException("down") : ValueTask.CompletedTask;
        var lease = world.OpenWith(2);
        world.Manual.RunAll();
        Again(world, TimeSpan.FromMilliseconds(200));
        Assert.Equal(PartitionState.Blocked, lease.GetSnapshot().State);
        Assert.True(world.Logged(EventIds.RecordBlocked));
        Again(world, TimeSpan.FromSeconds(30));
        Assert.Equal((3, "IOException: down"), (lease.GetSnapshot().Failing!.Attempts, lease.GetSnapshot().Failing!.Reason));
        Assert.Equal(TimeSpan.FromMilliseconds(30_200), lease.GetSnapshot().Failing!.Age);
        Assert.True(world.Logged(EventIds.RecordStillBlocked));
        Assert.Null(lease.Commits.NextCommit());
        fails = false;
        Again(world, TimeSpan.FromSeconds(30));
        Assert.Equal(2, World.Commit(lease));
        Assert.True(world.Logged(EventIds.RecordUnblocked));
        Assert.Equal(PartitionState.Running, lease.GetSnapshot().State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_PermanentOrPoison_IsNotTriedAgain(bool isPoison)
    {
        using var world = Retrying(maxAttempts: 5, static options => options.Failures.WhenExhausted = ExhaustedPolicy.Skip);
        world.Invoker.Handler = (_, _) => throw (isPoison ? new RecordDecodingException("poison") : new PermanentFailureException("never"));
        var lease = world.OpenWith(2);
        world.Manual.RunAll();
        Assert.Equal(2, world.Invoker.Calls.Count);
        Assert.Equal(2, World.Commit(lease));
        Assert.True(world.Logged(EventIds.RecordSkipped));
    }

    [Fact]
    public void Run_PermanentAtALaterAttempt_EndsTheRetry()
    {
        using var world = Retrying(maxAttempts: 5, static options => options.Failures.WhenExhausted = ExhaustedPolicy.Skip);
        world.Invoker.Handler = static (context, _) => throw (context.Attempt == 1 ? new IOException() : new PermanentFailureException("never"));
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        Again(world, TimeSpan.FromMilliseconds(200));
        Assert.Equal(2, world.Invoker.Calls.Count);
        Assert.Equal(1, World.Commit(lease));
    }

    /// <summary>An HTTP client's timeout throws it: it is a failure like any other, not an end of the record.</summary>
    [Fact]
    public void Run_HandlersOwnOperationCanceled_IsAFailure()
    {
        using var world = Retrying(maxAttempts: 3);
        world.Invoker.Handler = static (context, _) => context.Attempt == 1 ? throw new TaskCanceledException() : ValueTask.CompletedTask;
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        Assert.Equal(PartitionState.Retrying, lease.GetSnapshot().State);
        Again(world, TimeSpan.FromMilliseconds(200));
        Assert.Equal(1, World.Commit(lease));
    }

    [Fact]
    public void Run_StopHost_StopsItOnceAndDoesNotCompleteTheRecord()
    {
        using var world = Retrying(maxAttempts: 1, static options => options.Failures.WhenExhausted = ExhaustedPolicy.StopHost);
        world.Invoker.Handler = static (_, _) => throw new IOException();
        var lease = world.OpenWith(3);
        world.Manual.RunAll();
        Assert.Equal(1, world.Stopper.Calls);
        Assert.Equal((0, PartitionState.Blocked), (lease.Handled, lease.GetSnapshot().State));
        Assert.Equal(1, world.Manual.Free);
        _clock.Advance(TimeSpan.FromHours(1));
        lease.BeginDrain();
        Assert.True(lease.IsDrained);
        Waiting.Until(() => world.Reader.Released == 3);
        Assert.Null(lease.Commits.NextCommit());
        Assert.Equal((1, 1), (world.Stopper.Calls, world.Invoker.Calls.Count));
    }

    [Fact]
    public void Scenario42_Run_CancelledInBackoff_IsAbandonedAtOnce()
    {
        using var world = Retrying(maxAttempts: 5);
        world.Invoker.Handler = static (_, _) => throw new IOException();
        var lease = world.OpenWith(1);
        world.Manual.RunAll();

        // The clock stands still: a back-off that was waited for would never end.
        lease.BeginDrain();
        Waiting.Until(() => world.Reader.Released == 1);
        Assert.Equal(0, lease.Handled);
    }

    [Fact]
    public async Task Run_NamedPipeline_RunsTheFirstAttemptAndItsTimeoutCancelsTheHandlersToken()
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = _clock }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = TimeSpan.FromSeconds(2) })
            .Build();
        using var world = new World(static options => options.Failures.WhenExhausted = ExhaustedPolicy.Skip, time: _clock, pipeline: pipeline, isNamed: true);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Invoker.Handler = async (_, token) =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            }
            catch (OperationCanceledException)
            {
                cancelled.SetResult();
                throw;
            }
        };
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        _clock.Advance(TimeSpan.FromSeconds(2));
        await cancelled.Task.Soon();
        Waiting.Until(() => lease.Handled == 1);
        var skipped = Assert.Single(world.Logger.Collector.GetSnapshot(), static record => record.Id.Id == EventIds.RecordSkipped);
        Assert.IsType<TimeoutRejectedException>(skipped.Exception);
        Assert.Equal(1, world.Manual.Free);
    }

    [Fact]
    public void Run_NamedPipelineThatSucceeds_HandlesEveryRecordOnItsPermit()
    {
        using var world = new World(time: _clock, pipeline: Pipelines.Retry(_clock, 2), isNamed: true);
        var lease = world.OpenWith(20);
        world.Manual.RunAll();
        Assert.Equal(20, World.Commit(lease));
        Assert.Equal(Enumerable.Range(0, 20).Select(static offset => (long)offset), world.Invoker.Offsets);
        Assert.Equal(1, world.Manual.Free);
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Run_NamedPipelineThrowsAfterTheHandlerHasSucceeded_IsHandledOnce()
    {
        using var world = new World(time: _clock, pipeline: Throwing(after: true), isNamed: true);
        var lease = world.OpenWith(2);
        world.Manual.RunAll();
        Assert.Equal(2, World.Commit(lease));
        Assert.Equal([0, 1], world.Invoker.Offsets);
        Assert.Equal(1, world.Manual.Free);
        Assert.True(world.Logged(EventIds.PipelineFailed));
        world.Reader.AssertAllReleasedOnce();
    }

    [Theory]
    [InlineData(true, "IOException: shop")]
    [InlineData(false, "NotSupportedException: strategy")]
    public void Run_NamedPipelineThrows_HoldsForTheHandlersReasonIfThereIsOne(bool after, string reason)
    {
        using var world = new World(static options => options.Failures.WhenExhausted = ExhaustedPolicy.Skip, time: _clock, pipeline: Throwing(after), isNamed: true);
        world.Invoker.Handler = static (_, _) => throw new IOException("shop");
        var lease = world.OpenWith(2);
        world.Manual.RunAll();
        Assert.Equal((PartitionState.Blocked, reason), (lease.GetSnapshot().State, lease.GetSnapshot().Failing!.Reason));
        Assert.Equal((0, 1), (lease.Handled, world.Manual.Free));
        Assert.Contains("NotSupportedException: strategy", Assert.Single(world.Logger.Collector.GetSnapshot(), static record => record.Id.Id == EventIds.PipelineFailed).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_NamedPipelineThrowsAfterAPermanentFailure_FollowsThePolicy()
    {
        using var world = new World(static options => options.Failures.WhenExhausted = ExhaustedPolicy.Skip, time: _clock, pipeline: Throwing(after: true), isNamed: true);
        world.Invoker.Handler = static (_, _) => throw new PermanentFailureException("poison");
        var lease = world.OpenWith(2);
        world.Manual.RunAll();
        Assert.Equal(2, lease.Handled);
        Assert.Equal(1, world.Manual.Free);
    }

    [Fact]
    public void Run_LeaseLostWhileAnAttemptRuns_RecordIsNotTriedAgain()
    {
        using var world = Retrying(maxAttempts: 5);
        var gates = new Gates();
        world.Invoker.Handler = gates.Handle;
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        lease.Close(CloseReason.Lost);
        gates.Fail(0, new IOException());
        Waiting.Until(() => world.Reader.Released == 1);
        Assert.Single(world.Invoker.Calls);
        Assert.Equal(1, world.Manual.Free);
    }

    private static ResiliencePipeline Throwing(bool after) => new ResiliencePipelineBuilder().AddStrategy(_ => new Broken(after), new BrokenOptions()).Build();

    private World Retrying(int maxAttempts, Action<KafkaConsumerOptions>? configure = null) =>
        new(configure, time: _clock, pipeline: maxAttempts == 1 ? ResiliencePipeline.Empty : Pipelines.Retry(_clock, maxAttempts));

    private void Again(World world, TimeSpan after)
    {
        _clock.Advance(after);
        Waiting.Until(() => world.Manual.Ready == 1);
        world.Manual.RunAll();
    }

    private sealed class BrokenOptions : ResilienceStrategyOptions;

    /// <summary>A strategy of the application's with a bug, or one whose listener has.</summary>
    private sealed class Broken(bool after) : ResilienceStrategy
    {
        protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
            Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
        {
            if (after)
            {
                await callback(context, state);
            }

            throw new NotSupportedException("strategy");
        }
    }
}

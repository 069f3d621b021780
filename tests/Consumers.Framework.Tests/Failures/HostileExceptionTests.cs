using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.Retry;

namespace Consumers.Framework.Tests.Failures;

/// <summary>An exception is the user's object, and its members may throw: the record follows its policy all the same.</summary>
public sealed class HostileExceptionTests
{
    private const string Reason = "HostileException: (its Message throws HostileException)";

    private readonly FakeTimeProvider _clock = new();
    private readonly FragileLogs _log = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_Retried_SucceedsAtTheNextAttempt(bool awaits)
    {
        using var world = Create(ExhaustedPolicy.Block);
        world.Invoker.Handler = (context, _) => context is { Offset.Value: 0, Attempt: 1 } ? Throw(awaits) : ValueTask.CompletedTask;
        var lease = world.OpenWith(2);

        RunUntil(world, () => lease.Handled == 2);

        Assert.Contains(Reason, Assert.Single(_log.Entries, static entry => entry.Id == EventIds.AttemptFailed).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_Skip_IsSkippedAndThePartitionGoesOn(bool awaits)
    {
        using var world = Create(ExhaustedPolicy.Skip);
        world.Invoker.Handler = (context, _) => context.Offset == 0 ? Throw(awaits) : ValueTask.CompletedTask;
        var lease = world.OpenWith(2);

        RunUntil(world, () => lease.Handled == 2);

        Assert.Equal(2, World.Commit(lease));
        Assert.Contains(Reason, Assert.Single(_log.Entries, static entry => entry.Id == EventIds.RecordSkipped).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_Block_HoldsAndNamesIt(bool awaits)
    {
        using var world = Create(ExhaustedPolicy.Block);
        world.Invoker.Handler = (_, _) => Throw(awaits);
        var lease = world.OpenWith(2);

        RunUntil(world, () => lease.GetSnapshot().State == PartitionState.Blocked);

        Assert.Equal((0, Reason), (lease.GetSnapshot().Failing!.Offset, lease.GetSnapshot().Failing!.Reason));
        Assert.Equal(1, world.Manual.Free);
    }

    /// <summary>The telemetry of a pipeline reads what it is shown, in the middle of the pipeline.</summary>
    [Fact]
    public void Run_NamedPipelineWithTelemetry_IsRetriedAndSkipped()
    {
        using var logs = LoggerFactory.Create(static builder => builder.AddFakeLogging());
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = _clock }
            .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 2, Delay = TimeSpan.FromMilliseconds(200) })
            .ConfigureTelemetry(logs)
            .Build();
        using var world = new World(
            static options => options.Failures.WhenExhausted = ExhaustedPolicy.Skip, time: _clock, pipeline: pipeline, isNamed: true, logger: _log);
        world.Invoker.Handler = static (context, _) => context.Offset == 0 ? Throw(awaits: false) : ValueTask.CompletedTask;
        var lease = world.OpenWith(2);

        RunUntil(world, () => lease.Handled == 2);

        Assert.Equal([0L, 0L, 0L, 1L], world.Invoker.Offsets);
        Assert.Contains(Reason, Assert.Single(_log.Entries, static entry => entry.Id == EventIds.RecordSkipped).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_StopHost_StopsIt()
    {
        using var world = Create(ExhaustedPolicy.StopHost);
        world.Invoker.Handler = static (_, _) => Throw(awaits: false);
        var lease = world.OpenWith(2);

        RunUntil(world, () => world.Stopper.Calls == 1);

        Assert.Equal(0, lease.Handled);
    }

    private World Create(ExhaustedPolicy whenExhausted) => new(
        options => options.Failures.WhenExhausted = whenExhausted, time: _clock, pipeline: Pipelines.Retry(_clock, maxAttempts: 2), logger: _log);

    /// <summary>The test framework cannot report one that gets out.</summary>
    private void RunUntil(World world, Func<bool> condition) => Waiting.Until(() =>
    {
        try
        {
            world.Manual.RunAll();
            _clock.Advance(TimeSpan.FromMilliseconds(200));
            return condition();
        }
        catch (HostileException)
        {
            throw new InvalidOperationException("The handler's exception has left its lane.");
        }
    });

    private static ValueTask Throw(bool awaits) => awaits ? ThrowLaterAsync() : throw new HostileException();

    private static async ValueTask ThrowLaterAsync()
    {
        await Task.Yield();
        throw new HostileException();
    }
}

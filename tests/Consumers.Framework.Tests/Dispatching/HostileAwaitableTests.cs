using System.Threading.Tasks.Sources;
using Consumers.Framework.Configuration;
using Consumers.Framework.Decoding;
using Consumers.Framework.Handling;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Dispatching;

/// <summary>What a handler returns is the user's object too: a source that misbehaves fails its record's attempt, and no other.</summary>
public sealed class HostileAwaitableTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData("status", false, false)]
    [InlineData("callback", false, false)]
    [InlineData("result", false, false)]
    [InlineData("callback", true, false)]
    [InlineData("callback", false, true)]
    [InlineData("result", true, true)]
    public void Run_SourceThrows_AttemptsFailAndThePartitionGoesOn(string where, bool isScoped, bool isNamed)
    {
        var invoker = Invoker(isScoped, where);
        using var world = new World(
            static options => options.Failures.WhenExhausted = ExhaustedPolicy.Skip, time: _clock, pipeline: Pipelines.Retry(_clock, maxAttempts: 2), isNamed: isNamed, invoker: invoker);
        var lease = world.OpenWith(3);

        RunUntil(world, () => lease.Handled == 3);

        Assert.Equal(3, World.Commit(lease));
        Assert.Equal(1, world.Manual.Free);
        Assert.Contains("IOException: " + where, Assert.Single(world.Logger.Collector.GetSnapshot(), static record => record.Id.Id == EventIds.RecordSkipped).Message, StringComparison.Ordinal);
        world.Reader.AssertAllReleasedOnce();
    }

    [Theory]
    [InlineData("twice")]
    [InlineData("callback after")]
    public void Run_SourceCallsBackMoreThanOnce_RecordEndsOnce(string how)
    {
        using var world = new World(time: _clock, invoker: Invoker(isScoped: false, how));
        var lease = world.OpenWith(3);

        RunUntil(world, () => lease.Handled == 3);

        Assert.Equal(3, World.Commit(lease));
        Assert.Equal(1, world.Manual.Free);
        world.Reader.AssertAllReleasedOnce();
    }

    private HandlerInvoker Invoker(bool isScoped, string how)
    {
        var handler = new Handler(how);
        return isScoped
            ? Invokers.Scoped<RawPayload>(typeof(Handler), _services.GetRequiredService<IServiceScopeFactory>(), _ => handler, RawPayloadDecoder.Instance, Settings.Create())
            : Invokers.Singleton<RawPayload>(handler, RawPayloadDecoder.Instance, Settings.Create());
    }

    private void RunUntil(World world, Func<bool> condition) => Waiting.Until(() =>
    {
        world.Manual.RunAll();
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        return condition();
    });

    private sealed class Handler(string how) : IKafkaHandler<RawPayload>
    {
        public ValueTask HandleAsync(RawPayload message, ConsumeContext context, CancellationToken cancellationToken) =>
            context.Offset == 0 ? new ValueTask(new Source(how), 0) : ValueTask.CompletedTask;
    }

    private sealed class Source(string how) : IValueTaskSource
    {
        public void GetResult(short token)
        {
            if (how == "result")
            {
                throw new IOException(how);
            }
        }

        public ValueTaskSourceStatus GetStatus(short token) => how == "status" ? throw new IOException(how) : ValueTaskSourceStatus.Pending;

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            if (how == "callback")
            {
                throw new IOException(how);
            }

            continuation(state);
            if (how == "callback after")
            {
                throw new IOException(how);
            }

            if (how == "twice")
            {
                continuation(state);
            }
        }
    }
}

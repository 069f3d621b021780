using System.Diagnostics;
using System.Globalization;
using System.Security.Principal;
using Consumers.Framework.Configuration;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Dispatching;

/// <summary>What a handler leaves in the context of its thread is not seen by the records behind it.</summary>
public sealed class LaneContextTests
{
    private static readonly AsyncLocal<string?> Ambient = new();

    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _seen = [];

    [Theory]
    [InlineData(RecordOrdering.Partition, 1)]
    [InlineData(RecordOrdering.Key, 1)]
    [InlineData(RecordOrdering.None, 3)]
    public void Run_HandlerThatIsNotAsyncLeavesItsContext_NextRecordBeginsClean(RecordOrdering ordering, int maxConcurrency)
    {
        using var world = new World(options => (options.Ordering, options.MaxConcurrency) = (ordering, maxConcurrency));
        world.Invoker.Handler = (context, _) =>
        {
            Look();
            Leave(context.Offset.Value);
            return ValueTask.CompletedTask;
        };
        world.OpenWith(200);

        InACleanThread(world.Manual.RunAll);

        Assert.Equal(Enumerable.Repeat(Clean, 200), _seen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Recover_HandlerThatIsNotAsyncLeavesItsContextAndFails_AttemptsAndNextRecordBeginClean(bool isNamed)
    {
        using var world = new World(time: _clock, pipeline: Pipelines.Retry(_clock, maxAttempts: 3), isNamed: isNamed);
        world.Invoker.Handler = (context, _) =>
        {
            Look();
            Leave(context.Offset.Value);
            return context.Attempt < 3 ? throw new IOException() : ValueTask.CompletedTask;
        };
        var lease = world.OpenWith(2);

        InACleanThread(() => Waiting.Until(() =>
        {
            world.Manual.RunAll();
            _clock.Advance(TimeSpan.FromSeconds(1));
            return lease.Handled == 2;
        }));

        Assert.Equal(Enumerable.Repeat(Clean, 6), _seen);
    }

    [Fact]
    public void Run_FlowIsSuppressedByAHandler_NextRecordsFlows()
    {
        using var world = new World();
        var suppressed = new List<bool>();
        world.Invoker.Handler = (_, _) =>
        {
            suppressed.Add(ExecutionContext.IsFlowSuppressed());
            ExecutionContext.SuppressFlow();
            return ValueTask.CompletedTask;
        };
        world.OpenWith(3);

        InACleanThread(world.Manual.RunAll);

        Assert.Equal([false, false, false], suppressed);
    }

    private static string Clean => $"- {CultureInfo.CurrentCulture.Name} - - -";

    private void Look() => _seen.Add(
        $"{Ambient.Value ?? "-"} {CultureInfo.CurrentCulture.Name} {Activity.Current?.DisplayName ?? "-"} {Thread.CurrentPrincipal?.Identity?.Name ?? "-"} {SynchronizationContext.Current?.ToString() ?? "-"}");

    private static void Leave(long offset)
    {
        Ambient.Value = $"of {offset}";
        CultureInfo.CurrentCulture = new CultureInfo("tr-TR");
        Activity.Current = new Activity($"span of {offset}");
        Thread.CurrentPrincipal = new GenericPrincipal(new GenericIdentity($"user of {offset}"), []);
        SynchronizationContext.SetSynchronizationContext(new Foreign());
    }

    private static void InACleanThread(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(action));
        thread.UnsafeStart();
        Assert.True(thread.Join(Waiting.Limit));
        Assert.Null(failure);
    }

    private sealed class Foreign : SynchronizationContext;
}

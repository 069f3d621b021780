using System.Diagnostics;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Consumers.Framework.Tests.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Dispatching;

/// <summary>The span of a record is current for its handler, and for nobody else.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class LaneSpanTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HandlerCompleted_WhoeverCompletesIt_KeepsItsOwnSpan(bool fails)
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == ConsumersTelemetry.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        var clock = new FakeTimeProvider();
        using var world = new World(time: clock, pipeline: Pipelines.Retry(clock, maxAttempts: 2));
        var first = new TaskCompletionSource();
        var seen = new List<string?>();
        world.Invoker.Handler = (context, _) =>
        {
            seen.Add(Activity.Current?.GetTagItem("messaging.kafka.offset")?.ToString());
            return context is { Offset.Value: 0, Attempt: 1 } ? new ValueTask(first.Task) : ValueTask.CompletedTask;
        };
        var lease = world.OpenWith(2);
        world.Manual.RunAll();
        using (var mine = new Activity("mine").Start())
        {
            if (fails)
            {
                first.SetException(new IOException());
            }
            else
            {
                first.SetResult();
            }

            Assert.Same(mine, Activity.Current);
        }

        Waiting.Until(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            world.Manual.RunAll();
            return lease.Handled == 2;
        });

        Assert.Equal(fails ? ["0", "0", "1"] : ["0", "1"], seen);
    }
}

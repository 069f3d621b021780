using Confluent.Kafka;
using Consumers.Framework.Failures;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Failures;

public sealed class SkipHistoryTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void GetSnapshot_NothingSkipped_IsNull() => Assert.Null(new SkipHistory(TimeSpan.FromMinutes(5), _clock).GetSnapshot());

    [Fact]
    public void Add_WithoutAPause_IsOneSeriesThatEndsWithTheTime()
    {
        var history = new SkipHistory(TimeSpan.FromMinutes(5), _clock);
        for (var offset = 0; offset < 3; offset++)
        {
            history.Add(new TopicPartitionOffset("orders", 1, offset), $"reason {offset}");
            _clock.Advance(TimeSpan.FromMinutes(4));
        }

        var on = history.GetSnapshot()!;
        Assert.Equal((3, 3, TimeSpan.FromMinutes(12)), (on.Total, on.Recent, on.RecentFor));
        Assert.Equal((new TopicPartitionOffset("orders", 1, 2), "reason 2", TimeSpan.FromMinutes(4)), (on.Last, on.LastReason, on.LastAge));

        _clock.Advance(TimeSpan.FromMinutes(1));
        var over = history.GetSnapshot()!;
        Assert.Equal((3, 0, TimeSpan.Zero), (over.Total, over.Recent, over.RecentFor));

        history.Add(new TopicPartitionOffset("orders", 0, 9), "again");
        _clock.Advance(TimeSpan.FromSeconds(1));
        var anew = history.GetSnapshot()!;
        Assert.Equal((4, 1, TimeSpan.FromSeconds(1)), (anew.Total, anew.Recent, anew.RecentFor));
    }

    [Fact]
    public void Add_CountsForNoTime_IsCountedAndNeverOn()
    {
        var history = new SkipHistory(TimeSpan.Zero, _clock);
        history.Add(new TopicPartitionOffset("orders", 0, 1), "a");
        history.Add(new TopicPartitionOffset("orders", 0, 2), "b");

        Assert.Equal((2, 0), (history.GetSnapshot()!.Total, history.GetSnapshot()!.Recent));
    }
}

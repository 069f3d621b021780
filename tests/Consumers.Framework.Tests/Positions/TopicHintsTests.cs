using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Positions;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Positions;

public sealed class TopicHintsTests : IDisposable
{
    private readonly FakeOffsetLookup _brokers = new();
    private World _world = null!;
    private WorkerStatus _status = null!;
    private TopicHints _hints = null!;

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Look_MissingTopicBesideOneOfNearlyThatName_SuggestsItOnceAndKeepsIt()
    {
        Create();
        _brokers.Topics["order"] = 3;
        _brokers.Topics["payments"] = 3;
        Assert.Equal("orders: unknown", _hints.Unknown("orders", "orders: unknown"));
        _status.ReportSubscriptionError("orders: unknown");

        _hints.Look();
        Assert.Equal("orders: unknown; did you mean the topic order?", _status.ClientError);
        Assert.False(_status.ReportSubscriptionError(_hints.Unknown("orders", "orders: unknown")));
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        _hints.Look();

        Assert.Equal(1, _brokers.Asked["counts"]);
        Assert.Single(_world.Logger.Collector.GetSnapshot(), entry => entry.Id.Id == EventIds.TopicMissing);
    }

    [Fact]
    public void Look_NothingOfThatName_SuggestsNothing()
    {
        Create();
        _brokers.Topics["payments"] = 3;
        _hints.Unknown("orders", "orders: unknown");
        _hints.Look();
        Assert.False(_world.Logged(EventIds.TopicMissing));
    }

    [Fact]
    public void Look_BrokersDoNotAnswer_AsksAgainLater()
    {
        Create();
        _brokers.Topics["order"] = 3;
        _brokers.Answers = false;
        _hints.Unknown("orders", "orders: unknown");
        _hints.Look();
        _hints.Look();
        Assert.Equal(1, _brokers.Asked["counts"]);

        _brokers.Answers = true;
        _world.Clock.Advance(TimeSpan.FromSeconds(10));
        _hints.Look();
        Assert.True(_world.Logged(EventIds.TopicMissing));
    }

    [Fact]
    public void Look_PatternMatchesNothing_IsSaidOnceAfterAWhile()
    {
        Create("ord-.*");
        _brokers.Topics["orders"] = 3;
        _hints.Look();
        Assert.Empty(_brokers.Asked);
        _world.Clock.Advance(TimeSpan.FromSeconds(5));
        _hints.Look();
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        _hints.Look();

        Assert.Equal("TopicPattern ord-.* matches no topic yet", _status.ClientError);
        Assert.Single(_world.Logger.Collector.GetSnapshot(), entry => entry.Id.Id == EventIds.NoTopicMatches);
        Assert.Equal(1, _brokers.Asked["counts"]);

        // What matches at last is assigned.
        _status.Owns(1);
        Assert.Null(_status.ClientError);
    }

    [Theory]
    [InlineData("ord.*", "orders", false)]
    [InlineData(".*", "__consumer_offsets", true)]
    public void Look_Pattern_InternalTopicsDoNotCount(string pattern, string topic, bool isSaid)
    {
        Create(pattern);
        _brokers.Topics[topic] = 3;
        _world.Clock.Advance(TimeSpan.FromSeconds(5));
        _hints.Look();
        Assert.Equal(isSaid, _world.Logged(EventIds.NoTopicMatches));
    }

    private void Create(string? pattern = null)
    {
        _world = new World(options =>
        {
            options.TopicPattern = pattern;
            options.Topics = pattern is null ? ["orders"] : [];
        });
        _status = _world.Status;
        _hints = new TopicHints(_world.Scope, _brokers, _world.Table);
    }
}

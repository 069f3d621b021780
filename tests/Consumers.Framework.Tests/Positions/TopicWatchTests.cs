using Confluent.Kafka;
using Consumers.Framework.Leases;
using Consumers.Framework.Positions;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Positions;

public sealed class TopicWatchTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly World _world = new();
    private readonly FakeTopicIds _cluster = new() { Ids = { ["orders"] = "a" } };
    private readonly KnownTopics _topics = new();
    private readonly List<(PartitionLease Lease, string Id)> _madeAnew = [];
    private readonly TopicWatch _watch;

    public TopicWatchTests() =>
        _watch = new TopicWatch(_world.Settings, _cluster, _topics, () => _world.Table.All, (lease, id) => _madeAnew.Add((lease, id)), _world.Time, _world.Logger);

    public void Dispose()
    {
        _watch.Dispose();
        _world.Dispose();
    }

    [Fact]
    public void Scenario48_Look_TopicHasAnotherId_IsToldForEachLeaseOfTheOldOne()
    {
        _topics.Seen(new Dictionary<string, int> { ["orders"] = 2 }, all: false);
        var old = _world.Open();
        Look();
        _cluster.Ids["orders"] = "b";
        _world.Open(partition: 1).Assigned.TopicId = "b";
        Look();
        Assert.Equal([(old, "b")], _madeAnew);
        Assert.True(_topics.WasBornLater(old.TopicPartition));
    }

    /// <summary>Before the first poll: the assignment finds the connection standing, and the ids known.</summary>
    [Fact]
    public void Start_NamedTopics_AreAskedForAtOnce()
    {
        _world.Clock.Advance(TimeSpan.Zero);
        Assert.Equal((1, "a"), (_cluster.Asked, _topics.IdOf("orders")));
    }

    /// <summary>T1 asks and is told a; the topic is created again; T2 asks, is told b, and opens a lease; T1 comes with its answer.</summary>
    [Fact]
    public void Look_AnswerIsOlderThanTheLease_TellsNothing()
    {
        Look();
        _topics.SeenId("orders", "b", 1);
        _world.Open().Assigned.TopicId = "b";
        Look();
        Assert.Empty(_madeAnew);
    }

    [Fact]
    public void Look_TopicThatWasOwnedOnce_IsLookedAtOn()
    {
        Look();
        _topics.SeenId("payments", "p", 1);
        _cluster.Ids["payments"] = "q";
        Look();
        Assert.Equal("q", _topics.IdOf("payments"));
    }

    [Fact]
    public void Look_NothingIsNamedOrOwned_AsksNobody()
    {
        using var world = new World(static options =>
        {
            options.Topics = [];
            options.TopicPattern = "ord.*";
        });
        var cluster = new FakeTopicIds();
        using var watch = new TopicWatch(world.Settings, cluster, new KnownTopics(), () => world.Table.All, static (_, _) => { }, world.Time, world.Logger);
        world.Clock.Advance(Interval);
        Assert.Equal(0, cluster.Asked);
    }

    [Fact]
    public void Look_SameIdOrNoSuchTopic_TellsNothing()
    {
        _world.Open();
        Look();
        Look();
        _cluster.Ids.Clear();
        Look();
        Assert.Empty(_madeAnew);
    }

    [Fact]
    public void Look_ClosedLeases_AreNobodys()
    {
        _world.Open().Assigned.TopicId = "z";
        _world.Table.All[0].Close(CloseReason.Lost);
        Look();
        Assert.Empty(_madeAnew);
    }

    [Fact]
    public void Look_ClusterDoesNotTell_IsSaidOnceAndAskedOn()
    {
        _world.Open();
        _cluster.Failure = new KafkaException(ErrorCode.Local_TimedOut);
        var before = _cluster.Asked;
        Look();
        Look();
        Assert.Single(_world.Logger.Collector.GetSnapshot(), static entry => entry.Id.Id == EventIds.TopicIdsUnavailable);
        Assert.Equal(before + 2, _cluster.Asked);
    }

    [Fact]
    public void Look_AnswerTakesLongerThanTheInterval_IsNotAskedForTwice()
    {
        var answer = new TaskCompletionSource();
        _world.Open();
        Look();
        _cluster.Ready = answer.Task;
        var before = _cluster.Asked;
        Look();
        Look();
        Assert.Equal(before + 1, _cluster.Asked);
        answer.SetResult();
        Waiting.Until(() =>
        {
            Look();
            return _cluster.Asked > before + 1;
        });
    }

    [Fact]
    public void Dispose_NothingIsAskedAnyMore()
    {
        _world.Open();
        _watch.Dispose();
        var before = _cluster.Asked;
        Look();
        Assert.Equal(before, _cluster.Asked);
    }

    private void Look() => _world.Clock.Advance(Interval);
}

using Confluent.Kafka;
using Consumers.Framework.Polling;
using Consumers.Framework.Rebalancing;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Polling;

public sealed class TopicWatchTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly World _world = new();
    private readonly FakeTopicIds _cluster = new() { Ids = { ["orders"] = "a" } };
    private readonly KnownTopics _topics = new();
    private readonly List<PartitionLease> _madeAnew = [];
    private readonly TopicWatch _watch;

    public TopicWatchTests() =>
        _watch = new TopicWatch(_world.Settings, _cluster, _topics, () => _world.Table.All, _madeAnew.Add, _world.Time, _world.Logger);

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
        _world.Open(partition: 1);
        Look();
        Assert.Equal([old], _madeAnew);
        Assert.True(_topics.WasBornLater(old.TopicPartition));
    }

    /// <summary>The broker assigns the new topic before it deletes the old one's commits.</summary>
    [Fact]
    public void Scenario48_Look_AssignedAnewAtACommit_IsOfTheTopicThatWasSeenBefore()
    {
        var old = _world.Open();
        Look();
        _cluster.Ids["orders"] = "b";
        Close(old);
        var atCommit = _world.Open(atCommit: true);
        var other = _world.Open(partition: 1);
        Look();
        Assert.Equal([atCommit], _madeAnew);

        Close(atCommit);
        var next = _world.Open(atCommit: true);
        Look();
        Assert.Equal([atCommit], _madeAnew);
        Assert.Equal(("b", "b"), (other.TopicId, next.TopicId));
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
        Assert.Equal(3, _cluster.Asked);
    }

    [Fact]
    public void Look_ClosedLeases_AreNobodys()
    {
        _world.Open().Close(CloseReason.Lost);
        Look();
        Assert.Equal(0, _cluster.Asked);
    }

    [Fact]
    public void Look_ClusterDoesNotTell_IsSaidOnceAndAskedOn()
    {
        _world.Open();
        _cluster.Failure = new KafkaException(ErrorCode.Local_TimedOut);
        Look();
        Look();
        Assert.Single(_world.Logger.Collector.GetSnapshot(), static entry => entry.Id.Id == EventIds.TopicIdsUnavailable);
        Assert.Equal(2, _cluster.Asked);
    }

    [Fact]
    public void Look_AnswerTakesLongerThanTheInterval_IsNotAskedForTwice()
    {
        var answer = new TaskCompletionSource();
        _cluster.Ready = answer.Task;
        _world.Open();
        Look();
        Look();
        Assert.Equal(1, _cluster.Asked);
        answer.SetResult();
        Waiting.Until(() =>
        {
            Look();
            return _cluster.Asked > 1;
        });
    }

    [Fact]
    public void Dispose_NothingIsAskedAnyMore()
    {
        _world.Open();
        _watch.Dispose();
        Look();
        Assert.Equal(0, _cluster.Asked);
    }

    private void Close(PartitionLease lease)
    {
        lease.Close(CloseReason.Revoked);
        _world.Table.Remove([lease]);
    }

    private void Look() => _world.Clock.Advance(Interval);
}

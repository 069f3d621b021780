using Confluent.Kafka;
using Consumers.Framework.Positions;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Positions;

public sealed class TopicIdLookupTests
{
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(1);

    private readonly FakeTopicIds _cluster = new() { Ids = { ["orders"] = "a" } };
    private readonly KnownTopics _topics = new();

    [Fact]
    public void Of_Topics_TellsTheirIds()
    {
        Assert.Equal("a", Create().Of(["orders", "payments"], Brief).Single().Value);
        Assert.Equal("a", _topics.IdOf("orders"));
    }

    [Fact]
    public void Of_NotToBeWatched_AsksNobody()
    {
        Assert.Empty(Create(TimeSpan.Zero).Of(["orders"], Brief));
        Assert.Equal(0, _cluster.Asked);
    }

    [Fact]
    public void Of_NoTimeIsLeftOrNothingToAsk_AsksNobody()
    {
        Assert.Empty(Create().Of(["orders"], TimeSpan.Zero));
        Assert.Empty(Create().Of([], Brief));
        Assert.Equal(0, _cluster.Asked);
    }

    [Fact]
    public void Of_ClusterHasNoSuchCall_IsAskedOnce()
    {
        _cluster.Failure = new KafkaException(ErrorCode.Local_TimedOut);
        var lookup = Create();
        Assert.Empty(lookup.Of(["orders"], Brief));
        Assert.Empty(lookup.Of(["orders"], Brief));
        Assert.Equal(1, _cluster.Asked);
    }

    /// <summary>The poll thread asks inside a callback of the client, which no exception may leave.</summary>
    [Fact]
    public void Of_ClientCannotBeMade_ThrowsNothing()
    {
        _cluster.Failure = new InvalidOperationException("ssl.ca.location failed");
        Assert.Empty(Create().Of(["orders"], Brief));
    }

    [Fact]
    public void Of_TopicIsNotThereYet_IsAskedForAgain()
    {
        var lookup = Create();
        Assert.Empty(lookup.Of(["payments"], Brief));
        _cluster.Ids["payments"] = "p";
        Assert.Equal("p", lookup.Of(["payments"], Brief)["payments"]);
    }

    [Fact]
    public void Of_NoAnswerInTime_IsNotWaitedFor()
    {
        _cluster.Ready = new TaskCompletionSource().Task;
        Assert.Empty(Create().Of(["orders"], Brief));
    }

    /// <summary>T1 is told a; the topic is created again; T2 is told b and is the first to come; or another broker has not heard of it yet.</summary>
    [Fact]
    public void Of_AnswerIsOutdated_TellsTheIdThatIsKnown()
    {
        _topics.SeenId("orders", "a", 1);
        _topics.SeenId("orders", "b", 2);
        Assert.Equal("b", Create().Of(["orders"], Brief)["orders"]);
        Assert.Equal(2, _topics.RecreatedAt("orders"));
    }

    [Fact]
    public void SeenId_SameId_IsNotRecreated()
    {
        _topics.SeenId("orders", "a", 1);
        _topics.SeenId("orders", "a", 2);
        Assert.Null(_topics.RecreatedAt("orders"));
    }

    private TopicIdLookup Create(TimeSpan? interval = null) => new(
        Settings.Create(options => options.TopicCheckInterval = interval ?? TimeSpan.FromSeconds(30)), _cluster, _topics, new FakeTimeProvider());
}

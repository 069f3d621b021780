using Confluent.Kafka;
using Consumers.Framework.Committing;

namespace Consumers.Framework.Tests.Committing;

public sealed class CommitReplyTests
{
    private static readonly Error Refusal = new(ErrorCode.TopicAuthorizationFailed);
    private readonly CommitReply _reply = new();

    [Fact]
    public void Begin_AfterRefusals_EverythingCountsAsAccepted()
    {
        _reply.Begin(3);
        _reply.RefuseAll(Refusal);
        _reply.Begin(3);
        Assert.Equal([null, null, null], Enumerable.Range(0, 3).Select(_reply.RefusalOf));
        Assert.Null(_reply.FirstRefusal);
        Assert.False(_reply.IsWhole);
    }

    [Fact]
    public void Begin_FewerPointsAndThenMore_NoOldRefusalComesBack()
    {
        _reply.Begin(3);
        _reply.Refuse(2, Refusal);
        _reply.Begin(1);
        _reply.Refuse(0, Refusal);
        _reply.Begin(3);
        Assert.Null(_reply.RefusalOf(0));
        Assert.Null(_reply.RefusalOf(2));
    }

    [Fact]
    public void Refuse_OnePoint_TheOthersAreAccepted()
    {
        _reply.Begin(2);
        _reply.Refuse(1, Refusal);
        Assert.Equal([null, Refusal], Enumerable.Range(0, 2).Select(_reply.RefusalOf));
        Assert.Same(Refusal, _reply.FirstRefusal);
        Assert.False(_reply.IsWhole);
        Assert.Throws<ArgumentOutOfRangeException>(() => _reply.Refuse(2, Refusal));
    }
}

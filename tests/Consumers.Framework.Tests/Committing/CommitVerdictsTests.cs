using Confluent.Kafka;
using Consumers.Framework.Committing;

namespace Consumers.Framework.Tests.Committing;

public sealed class CommitVerdictsTests
{
    [Theory]
    [InlineData(0, (int)CommitVerdict.Acknowledged)]
    [InlineData(22, (int)CommitVerdict.Deferred)]
    [InlineData(27, (int)CommitVerdict.Deferred)]
    [InlineData(113, (int)CommitVerdict.Deferred)]
    [InlineData(25, (int)CommitVerdict.Lost)]
    [InlineData(82, (int)CommitVerdict.Fenced)]
    [InlineData(111, (int)CommitVerdict.Fenced)]
    [InlineData((int)ErrorCode.Local_Fatal, (int)CommitVerdict.Fenced)]
    [InlineData(7, (int)CommitVerdict.Failed)]
    [InlineData(12, (int)CommitVerdict.Failed)]
    [InlineData(16, (int)CommitVerdict.Failed)]
    [InlineData(29, (int)CommitVerdict.Failed)]
    [InlineData((int)ErrorCode.Local_TimedOut, (int)CommitVerdict.Failed)]
    [InlineData((int)ErrorCode.Local_Transport, (int)CommitVerdict.Failed)]
    public void Of_Code_IsWhatItMeansForTheLease(int code, int verdict) =>
        Assert.Equal((CommitVerdict)verdict, CommitVerdicts.Of(new Error((ErrorCode)code)));

    [Fact]
    public void Of_FatalError_IsFencedWhateverItsCode() =>
        Assert.Equal(CommitVerdict.Fenced, CommitVerdicts.Of(new Error(ErrorCode.RebalanceInProgress, "", isFatal: true)));
}

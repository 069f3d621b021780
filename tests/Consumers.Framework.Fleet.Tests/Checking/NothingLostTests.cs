using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Checking;

namespace Consumers.Framework.Fleet.Tests.Checking;

public sealed class NothingLostTests
{
    [Fact]
    public void Check_EachRecordDoneBySomebody_IsGreen() => Assert.Empty(new NothingLost().Check(
        HistoryBuilder.Of(CommitStrategy.Async).Produced(0, 2).Handled("m01", 0, 0, 10, 20).Handled("m02", 0, 1, 10, 20).Build()));

    [Fact]
    public void Check_RecordFailedAndNobodyDidIt_NamesIt() => Assert.Contains("[0] offset 1", Assert.Single(new NothingLost().Check(
        HistoryBuilder.Of(CommitStrategy.Async).Produced(0, 2).Handled("m01", 0, 0, 10, 20).Handled("m01", 0, 1, 30, 40, done: false).Build())), StringComparison.Ordinal);

    [Fact]
    public void Check_AtMostOnceAndTheHandlerBegan_IsGreen() => Assert.Empty(new NothingLost().Check(
        HistoryBuilder.Of(CommitStrategy.AtMostOnce).Produced(0, 1).Handled("m01", 0, 0, 10, null).Build()));

    [Fact]
    public void Check_AtMostOnceWithoutAFault_MayLoseNothing() => Assert.Single(new NothingLost().Check(
        HistoryBuilder.Of(CommitStrategy.AtMostOnce).Produced(0, 1).Build()));

    [Theory, InlineData(50, 0), InlineData(51, 1)]
    public void Check_AtMostOnceAfterAKill_MayLoseABatch(int records, int violations) => Assert.Equal(violations, new NothingLost().Check(
        HistoryBuilder.Of(CommitStrategy.AtMostOnce).Produced(0, records).Event("kill", "m01", 100).Build()).Count());
}

using Consumers.Framework.Fleet.History;
using Consumers.Framework.Fleet.Member;

namespace Consumers.Framework.Fleet.Tests.History;

public sealed class HistoryReaderTests
{
    // As a broker of version 4.3 writes it, without what is not read.
    private const string Request = """
        1795729808638 Completed request:{"requestHeader":{"requestApiKey":8,"clientId":"m02-1"},"request":{"groupId":"g","topics":[{"name":"t","partitions":[{"partitionIndex":15,"committedOffset":1,"committedLeaderEpoch":0},{"partitionIndex":19,"committedOffset":4,"committedLeaderEpoch":0}]}]},"response":{"topics":[{"name":"t","partitions":[{"partitionIndex":19,"errorCode":22},{"partitionIndex":15,"errorCode":0}]}]},"totalTimeMs":24.5}
        """;

    [Fact]
    public void ParseRequest_OfTwoPartitions_IsACommitOfEachWithItsAnswer() => Assert.Equal(
        [new RequestedCommit(1795729808613.5, "m02", 1, 15, 1, 0), new RequestedCommit(1795729808613.5, "m02", 1, 19, 4, 22)], HistoryReader.ParseRequest(Request));

    [Fact]
    public void ParseMember_WhatAMemberWrote_IsReadBack()
    {
        var folder = Directory.CreateTempSubdirectory("journal-");
        var path = Path.Combine(folder.FullName, "m01.journal");
        using (var journal = new Journal(path))
        {
            journal.Write($"start 3 17 k5 99 1");
            journal.Write($"fail 3 17 k5 99 1 PlannedFailureException");
            journal.Write($"rebalance 1 revoked 0 2500 2 3,4");
            journal.Write($"rebalance 1 assigned 0 10 0 ");
            journal.Write($"health Degraded two words");
            journal.Write($"resources idle 0 0 0 3");
        }

        var member = HistoryReader.ParseMember("m01", File.ReadLines(path), ["1 2 Warning 1600 AttemptFailed the text of it"]);
        folder.Delete(recursive: true);

        Assert.Equal([(HandlerPhase.Start, 17L), (HandlerPhase.Fail, 17L)], member.Handler.Select(static entry => (entry.Phase, entry.Offset)));
        Assert.Equal([3, 4], member.Rebalances[0].Partitions);
        Assert.Equal(TimeSpan.FromMilliseconds(2.5), member.Rebalances[0].Took);
        Assert.Empty(member.Rebalances[1].Partitions);
        Assert.Equal("two words", member.Health.Single().Reason);
        Assert.Equal(new ResourceReading(0, 0, 0, 3), member.Resources.Single().Reading);
        Assert.Equal(new LogEntry(new Moment(1, 2), "Warning", "AttemptFailed", "the text of it"), member.Log.Single());
    }
}

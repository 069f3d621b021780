using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>Under the protocols that the embedded broker has right.</summary>
public sealed class EmbeddedRebalanceListenerTests(TestBrokers brokers) : RebalanceListenerTests(brokers.Embedded)
{
    [Theory]
    [InlineData(PartitionAssignor.CooperativeSticky, GroupProtocol.Classic)]
    [InlineData(null, GroupProtocol.Consumer)]
    public Task JoinAndLeave_BothMembers_AreToldInOrder(PartitionAssignor? assignor, GroupProtocol protocol) => HandOverIsToldAsync(assignor, protocol);

    [Fact]
    public Task StartAt_OffsetsOfTheUsersStore_EachStartGoesOnExactlyThere() =>
        OwnStoreDecidesWhereToStartAsync(PartitionAssignor.CooperativeSticky, GroupProtocol.Classic);
}

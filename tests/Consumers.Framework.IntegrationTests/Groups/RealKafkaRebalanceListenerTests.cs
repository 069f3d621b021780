using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>Under every kind of protocol.</summary>
public sealed class RealKafkaRebalanceListenerTests(TestBrokers brokers) : RebalanceListenerTests(brokers.OfGroups)
{
    public static TheoryData<PartitionAssignor?, GroupProtocol> Protocols => new()
    {
        { PartitionAssignor.CooperativeSticky, GroupProtocol.Classic },
        { PartitionAssignor.Range, GroupProtocol.Classic },
        { null, GroupProtocol.Consumer },
    };

    [Theory, MemberData(nameof(Protocols))]
    public Task JoinAndLeave_BothMembers_AreToldInOrder(PartitionAssignor? assignor, GroupProtocol protocol) => HandOverIsToldAsync(assignor, protocol);

    [Theory, MemberData(nameof(Protocols))]
    public Task StartAt_OffsetsOfTheUsersStore_EachStartGoesOnExactlyThere(PartitionAssignor? assignor, GroupProtocol protocol) =>
        OwnStoreDecidesWhereToStartAsync(assignor, protocol);
}

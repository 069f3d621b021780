namespace Consumers.Framework.Testing.Mock;

/// <summary>The first word of a line from the parent to the process of a mock cluster.</summary>
internal enum MockCommand
{
    CreateTopic,
    DeleteTopic,
    DeleteRecords,
    FailNext,
    FailNextOnBroker,
    FailNextOnPartition,
    ClearErrors,
    SetBrokerDown,
    SetBrokerUp,
    SetRoundTrip,
    SetLeader,
    SetCoordinator,
    StartRequestTracking,
    StopRequestTracking,
    GetRequests,
}

namespace Consumers.Framework.Fleet.Backlog;

/// <summary>For how long a partition stood still that stayed with its owner.</summary>
/// <param name="Arm">Of which arm.</param>
/// <param name="Protocol">Under which protocol.</param>
/// <param name="Kind">What the other member did.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Longest">The longest time without a record.</param>
internal sealed record HandOverSample(BacklogArm Arm, string Protocol, HandOverKind Kind, int Partition, TimeSpan Longest);

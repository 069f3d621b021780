using Confluent.Kafka;

namespace Consumers.Framework.Clients;

/// <summary>The client is finished and has to be replaced.</summary>
internal sealed class ClientFailedException(Error error) : Exception($"{error.Code}: {error.Reason}{Explain(error)}")
{
    public Error Error { get; } = error;

    /// <summary>Whether another member with the same instance id is the reason.</summary>
    public bool IsFenced => Error.Code is ErrorCode.FencedInstanceId or ErrorCode.UnreleasedInstanceId
        || Error.Reason.Contains("FENCED", StringComparison.OrdinalIgnoreCase)
        || Error.Reason.Contains("UNRELEASED", StringComparison.OrdinalIgnoreCase)
        || Error.Reason.Contains("instance id", StringComparison.OrdinalIgnoreCase);

    /// <summary>The broker's word for it is misleading: it comes for a group that exists.</summary>
    private static string Explain(Error error) => error.Code == ErrorCode.GroupIdNotFound
        ? " (the group has members of the classic protocol, and the broker does not take it over to KIP-848, as it never does while members use CooperativeSticky; its log says why)"
        : "";
}

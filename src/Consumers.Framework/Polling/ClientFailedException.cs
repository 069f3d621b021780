using Confluent.Kafka;

namespace Consumers.Framework.Polling;

/// <summary>The client is finished and has to be replaced.</summary>
internal sealed class ClientFailedException(Error error) : Exception($"{error.Code}: {error.Reason}")
{
    public Error Error { get; } = error;

    /// <summary>Whether another member with the same instance id is the reason.</summary>
    public bool IsFenced => Error.Code is ErrorCode.FencedInstanceId or ErrorCode.UnreleasedInstanceId
        || Error.Reason.Contains("FENCED", StringComparison.OrdinalIgnoreCase)
        || Error.Reason.Contains("UNRELEASED", StringComparison.OrdinalIgnoreCase)
        || Error.Reason.Contains("instance id", StringComparison.OrdinalIgnoreCase);
}

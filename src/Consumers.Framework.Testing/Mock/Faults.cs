using Confluent.Kafka;

namespace Consumers.Framework.Testing.Mock;

/// <summary>Which errors can be injected where. Stateless.</summary>
internal static class Faults
{
    public static void Check(KafkaApi api, params ReadOnlySpan<ErrorCode> errors)
    {
        if (!Enum.IsDefined(api))
        {
            throw new ArgumentOutOfRangeException(nameof(api), api, "The embedded broker does not serve this API. Use a named value of KafkaApi.");
        }

        if (errors.IsEmpty)
        {
            throw new ArgumentException("Name at least one error.", nameof(errors));
        }

        foreach (var error in errors)
        {
            if ((int)error < (int)ErrorCode.Unknown && error != ErrorCode.Local_Transport)
            {
                throw new ArgumentException(
                    $"{error} is an error of the client; no broker sends it. Use an error of the protocol, or Local_Transport to cut the connection.",
                    nameof(errors));
            }
        }
    }

    public static void CheckForPartition(KafkaApi api, ReadOnlySpan<ErrorCode> errors)
    {
        Check(api, errors);
        if (api is not (KafkaApi.Produce or KafkaApi.Fetch))
        {
            throw new ArgumentException($"{api} has no errors by partition here, only Produce and Fetch have. Use FailNext.", nameof(api));
        }

        if (errors.Contains(ErrorCode.Local_Transport))
        {
            throw new ArgumentException("A connection is not a partition's. Use FailNext to cut it.", nameof(errors));
        }
    }
}

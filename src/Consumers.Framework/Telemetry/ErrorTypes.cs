using Confluent.Kafka;

namespace Consumers.Framework.Telemetry;

/// <summary>The value of <c>error.type</c>: few different ones, and nothing of a message.</summary>
internal static class ErrorTypes
{
    /// <summary>The name of the client's error code, or of the exception's type.</summary>
    public static string Of(Exception exception) =>
        exception is KafkaException kafka ? Of(kafka.Error.Code) : exception.GetType().FullName ?? exception.GetType().Name;

    /// <summary>The name of the client's error code.</summary>
    public static string Of(ErrorCode code) => code.ToString();
}

using Confluent.Kafka;

namespace Consumers.Framework.Records;

/// <summary>
/// Stands in the place of a record that the client could not read from the broker's log: a checksum that does not match, a codec that
/// nobody knows. It has an offset and no payload, and it fails for good, so that the partition does not silently go on behind it.
/// </summary>
internal sealed class UnreadableRecord(Error error)
{
    private static readonly HashSet<ErrorCode> Codes =
        [ErrorCode.Local_BadMsg, ErrorCode.Local_BadCompression, ErrorCode.Local_NotImplemented, ErrorCode.Local_Underflow, ErrorCode.MsgSizeTooLarge];

    public Error Error { get; } = error;

    /// <summary>Whether an error that came in the place of a record says that what is stored there cannot be read.</summary>
    public static bool IsMeantBy(Error error) => Codes.Contains(error.Code);
}

namespace Consumers.Framework;

/// <summary>
/// Thrown by a deserializer to say that the bytes are not at fault and trying this record again may help: something that it asks has not
/// answered. Without it, what a deserializer throws makes the record poison, unless it is, or has as an inner exception, a failure of the
/// network (<see cref="System.Net.Http.HttpRequestException"/>, <see cref="System.Net.Sockets.SocketException"/>), a time-out or a cancellation. Thrown by a
/// handler, it is a failure like any other.
/// </summary>
public sealed class TransientFailureException : Exception
{
    /// <summary>Creates the exception without a reason; prefer the overloads that give one.</summary>
    public TransientFailureException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What has not answered; shown in health, logs and spans.</param>
    public TransientFailureException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What has not answered; shown in health, logs and spans.</param>
    /// <param name="innerException">What the deserializer met; logged with its text.</param>
    public TransientFailureException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

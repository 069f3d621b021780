namespace Consumers.Framework;

/// <summary>
/// Thrown by a handler to say that trying this record again is pointless. The record goes to <c>Failures:WhenExhausted</c> without a retry.
/// </summary>
public sealed class PermanentFailureException : Exception
{
    /// <summary>Creates the exception without a reason; prefer the overloads that give one.</summary>
    public PermanentFailureException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Why the record cannot be handled; shown in health, logs and dead letters.</param>
    public PermanentFailureException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Why the record cannot be handled; shown in health, logs and dead letters.</param>
    /// <param name="innerException">What the handler met.</param>
    public PermanentFailureException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

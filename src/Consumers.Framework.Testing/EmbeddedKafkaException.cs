namespace Consumers.Framework.Testing;

/// <summary>The embedded broker could not be started, refused a command, or its process is gone.</summary>
public sealed class EmbeddedKafkaException : Exception
{
    /// <summary>Creates the exception.</summary>
    public EmbeddedKafkaException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    public EmbeddedKafkaException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public EmbeddedKafkaException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

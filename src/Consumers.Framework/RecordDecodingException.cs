using Consumers.Framework.Diagnostics;

namespace Consumers.Framework;

/// <summary>A record's key or value could not be decoded. The record is poison: it fails for good, with its raw bytes, at once.</summary>
public sealed class RecordDecodingException : Exception
{
    /// <summary>Creates the exception without a reason; prefer the overloads that give one.</summary>
    public RecordDecodingException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What could not be decoded and why, without the payload.</param>
    public RecordDecodingException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What could not be decoded and why, without the payload.</param>
    /// <param name="innerException">What the deserializer threw.</param>
    public RecordDecodingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// The exception without the text of <see cref="Exception.InnerException"/>, which may quote the record: loggers write this, also where
    /// a handler has wrapped the exception.
    /// </summary>
    public override string ToString()
    {
        var inner = InnerException is { } cause ? $"{Environment.NewLine} ---> {cause.GetType()}{Environment.NewLine}{ExceptionText.StackTraceOf(cause)}" : "";
        return $"{GetType()}: {Message}{inner}{Environment.NewLine}{StackTrace}";
    }
}

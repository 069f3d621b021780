using System.Net.Http;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Records;

namespace Consumers.Framework.Decoding;

/// <summary>Words decoding errors the same way everywhere, without payload, and tells them from failures that may pass.</summary>
internal static class DecodingFailure
{
    /// <summary>
    /// The error of one key or value. What another library said of it is left to the inner exception, because it may quote the payload,
    /// unless the consumer includes record data in its failures.
    /// </summary>
    public static RecordDecodingException Create<T>(in DecodingContext context, string reason, Exception? inner = null)
    {
        var message = $"The {Component(context)} could not be decoded to {typeof(T)}: {reason}";
        if (inner is null)
        {
            return new RecordDecodingException(message);
        }

        return new RecordDecodingException(
            context.Record.IncludesRecordData ? $"{message} {inner.GetType().Name}: \"{PrintableText.Of(ExceptionText.MessageOf(inner))}\"" : message, inner);
    }

    /// <summary>The error for whatever a deserializer threw.</summary>
    public static RecordDecodingException FromDeserializer<T>(in DecodingContext context, ReadOnlySpan<byte> data, Exception exception)
    {
        var more = context.Record.IncludesRecordData ? "" : " (Failures:IncludeRecordData shows what it said)";
        return Create<T>(context, $"the deserializer threw {exception.GetType()}{more}; {PayloadForm.Describe(data)}.", exception);
    }

    /// <summary>Whether what a deserializer threw goes on as it is: it judges the record itself, or it says nothing about the bytes.</summary>
    public static bool GoesOn(Exception exception) => exception is RecordDecodingException or PermanentFailureException || IsOutside(exception);

    /// <summary>
    /// Whether a deserializer's exception tells of the world outside and not of the bytes: a schema registry that does not answer (its
    /// client's exceptions derive from <see cref="HttpRequestException"/>), or a cancellation. Such a record is no poison and is tried again.
    /// An <see cref="IOException"/> as such does not say so: parsers of formats throw it for bytes that they cannot read.
    /// </summary>
    private static bool IsOutside(Exception exception) => exception switch
    {
        TransientFailureException or OperationCanceledException or HttpRequestException or HttpIOException or SocketException => true,

        // The bytes took too long, not somebody's answer.
        RegexMatchTimeoutException => false,
        TimeoutException => true,
        AggregateException several => several.InnerExceptions.Any(IsOutside),
        _ => exception.InnerException is { } inner && IsOutside(inner),
    };

    private static string Component(in DecodingContext context) => context.Component == MessageComponentType.Key ? "key" : "value";
}

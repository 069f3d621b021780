using System.Net.Http;
using System.Net.Sockets;
using Confluent.Kafka;

namespace Consumers.Framework.Decoding;

/// <summary>Words decoding errors the same way everywhere, without payload, and tells them from failures that may pass.</summary>
internal static class DecodingFailure
{
    /// <summary>The error of one key or value.</summary>
    public static RecordDecodingException Create<T>(in DecodingContext context, string reason, Exception? inner = null)
    {
        var message = $"The {Component(context)} could not be decoded to {typeof(T)}: {reason}";
        return inner is null ? new RecordDecodingException(message) : new RecordDecodingException(message, inner);
    }

    /// <summary>The error for whatever a deserializer threw. Its text is left to the inner exception, because it may quote the payload.</summary>
    public static RecordDecodingException FromDeserializer<T>(in DecodingContext context, Exception exception) =>
        Create<T>(context, $"the deserializer threw {exception.GetType()}.", exception);

    /// <summary>
    /// Whether a deserializer's exception says nothing about the bytes: a schema registry that does not answer, or a cancellation.
    /// Such a record is no poison; the exception goes on as it is and the record is tried again.
    /// </summary>
    public static bool MayPass(Exception exception) =>
        exception is OperationCanceledException or HttpRequestException or SocketException or TimeoutException or IOException
        || (exception is AggregateException { InnerException: { } inner } && MayPass(inner));

    private static string Component(in DecodingContext context) => context.Component == MessageComponentType.Key ? "key" : "value";
}

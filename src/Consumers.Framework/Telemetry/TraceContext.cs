using System.Diagnostics;
using System.Text;
using Confluent.Kafka;

namespace Consumers.Framework.Telemetry;

/// <summary>The producer's trace, from a record's headers (W3C Trace Context). Stateless; any thread.</summary>
internal static class TraceContext
{
    private const string TraceParent = "traceparent";
    private const string TraceState = "tracestate";

    /// <summary>The context; the default one when there is none or it is malformed. Of headers with one name the last counts.</summary>
    public static ActivityContext Read(Headers? headers) =>
        Text(headers, TraceParent) is { } parent && ActivityContext.TryParse(parent, Text(headers, TraceState), isRemote: true, out var context)
            ? context
            : default;

    private static string? Text(Headers? headers, string name) =>
        headers is not null && headers.TryGetLastBytes(name, out var bytes) && bytes is not null ? Encoding.ASCII.GetString(bytes) : null;
}

using System.Collections.Frozen;
using System.Text;
using Consumers.Framework.Records;

namespace Consumers.Framework.Handling;

/// <summary>
/// Finds the handler of a record among several: by the resolver, else by the header. What either says is the record's and is shown only
/// where record data is included.
/// </summary>
internal sealed class RoutingInvoker(
    FrozenDictionary<string, HandlerInvoker> invokers, Func<ConsumeContext, string?>? resolver, string header, bool includesRecordData) : HandlerInvoker
{
    public override ValueTask InvokeAsync(RecordSlot slot, ConsumeContext context, CancellationToken cancellationToken)
    {
        var messageType = resolver?.Invoke(context) ?? HeaderOf(slot);
        if (messageType is null)
        {
            throw new PermanentFailureException($"The record has no header '{header}' to name its message type.");
        }

        return invokers.TryGetValue(messageType, out var invoker)
            ? invoker.InvokeAsync(slot, context, cancellationToken)
            : throw Unknown(messageType);
    }

    private PermanentFailureException Unknown(string messageType)
    {
        var which = includesRecordData ? $"'{PrintableText.Of(messageType)}'" : "of the record (Failures:IncludeRecordData shows it)";
        return new($"No handler is registered for the message type {which}; {invokers.Count} are: {string.Join(", ", invokers.Keys.Order(StringComparer.Ordinal))}.");
    }

    /// <summary>The last header of that name wins, as everywhere in Kafka.</summary>
    private string? HeaderOf(RecordSlot slot) =>
        slot.Headers.TryGetLastBytes(header, out var value) && value is not null ? Encoding.UTF8.GetString(value) : null;
}

using System.Collections.Frozen;
using System.Text;
using Consumers.Framework.Dispatching;

namespace Consumers.Framework.Handling;

/// <summary>Finds the handler of a record among several: by the resolver, else by the header.</summary>
internal sealed class RoutingInvoker(
    FrozenDictionary<string, HandlerInvoker> invokers, Func<ConsumeContext, string?>? resolver, string header) : HandlerInvoker
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
            : throw new PermanentFailureException($"No handler is registered for the message type '{messageType}'; there are {string.Join(", ", invokers.Keys.Order(StringComparer.Ordinal))}.");
    }

    /// <summary>The last header of that name wins, as everywhere in Kafka.</summary>
    private string? HeaderOf(RecordSlot slot) =>
        slot.Headers.TryGetLastBytes(header, out var value) && value is not null ? Encoding.UTF8.GetString(value) : null;
}

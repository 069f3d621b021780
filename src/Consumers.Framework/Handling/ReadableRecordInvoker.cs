using Consumers.Framework.Records;

namespace Consumers.Framework.Handling;

/// <summary>Lets records through that the client could read; any other fails for good, and the failure policy decides about it.</summary>
internal sealed class ReadableRecordInvoker(HandlerInvoker inner) : HandlerInvoker
{
    public override ValueTask InvokeAsync(RecordSlot slot, ConsumeContext context, CancellationToken cancellationToken) =>
        slot.Unreadable is { } unreadable
            ? throw new RecordDecodingException($"The client could not read the record from the broker's log ({unreadable.Error.Code}): {unreadable.Error.Reason}")
            : inner.InvokeAsync(slot, context, cancellationToken);
}

using Consumers.Framework.Records;

namespace Consumers.Framework.Handling;

/// <summary>Decodes a record and calls its handler: one attempt. Immutable, used by all lanes of a consumer.</summary>
internal abstract class HandlerInvoker
{
    /// <returns>
    /// A completed task when decoder and handler complete synchronously; then nothing is allocated beyond the message.
    /// </returns>
    /// <exception cref="RecordDecodingException">The record is poison.</exception>
    public abstract ValueTask InvokeAsync(RecordSlot slot, ConsumeContext context, CancellationToken cancellationToken);
}

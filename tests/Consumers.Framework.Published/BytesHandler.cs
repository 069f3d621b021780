namespace Consumers.Framework.Published;

/// <summary>Counts the bytes of records where the client keeps them.</summary>
internal sealed class BytesHandler(Tally tally) : IKafkaHandler<RawPayload>
{
    public ValueTask HandleAsync(RawPayload message, ConsumeContext context, CancellationToken cancellationToken)
    {
        tally.NoteBytes(message.Span.Length);
        return ValueTask.CompletedTask;
    }
}

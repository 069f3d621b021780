namespace Consumers.Framework.Published;

/// <summary>Counts records, read as text.</summary>
internal sealed class TextHandler(Tally tally) : IKafkaHandler<string>
{
    public ValueTask HandleAsync(string message, ConsumeContext context, CancellationToken cancellationToken)
    {
        tally.NoteText();
        return ValueTask.CompletedTask;
    }
}

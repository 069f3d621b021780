namespace Consumers.Framework.IntegrationTests.Conformance;

/// <summary>Notes a numbered record, runs the test's body, notes that it is done. A value that is no number is poison.</summary>
public sealed class TestHandler(TestHandlerBody body) : IKafkaHandler<byte[]>
{
    public async ValueTask HandleAsync(byte[] message, ConsumeContext context, CancellationToken cancellationToken)
    {
        int number;
        try
        {
            number = TestProducer.NumberOf(message);
        }
        catch (FormatException exception)
        {
            throw new RecordDecodingException("not a number", exception);
        }

        var record = new HandledRecord(context.Partition.Value, context.Offset.Value, number, context.Attempt);
        body.Started.Enqueue(record);
        await body.HandleAsync(record, context, cancellationToken);
        body.Done.Enqueue(record);
    }
}

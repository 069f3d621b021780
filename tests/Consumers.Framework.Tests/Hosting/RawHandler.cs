namespace Consumers.Framework.Tests.Hosting;

/// <summary>Takes any record, and tells the probe.</summary>
internal sealed class RawHandler(HandlerProbe probe) : IKafkaHandler<byte[]>
{
    public ValueTask HandleAsync(byte[] message, ConsumeContext context, CancellationToken cancellationToken) => probe.CallAsync(this, context, cancellationToken);
}

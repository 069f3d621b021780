namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>The handler of the second consumer of a host.</summary>
internal sealed class NeighbourHandler(NeighbourBody body) : IKafkaHandler<byte[]>
{
    public ValueTask HandleAsync(byte[] message, ConsumeContext context, CancellationToken cancellationToken) => body.Handle(cancellationToken);
}

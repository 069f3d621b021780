namespace Consumers.Framework.AllocationTests;

/// <summary>Counts structs.</summary>
internal sealed class StampHandler(AllocationWatch watch) : IKafkaHandler<Stamp>
{
    public ValueTask HandleAsync(Stamp message, ConsumeContext context, CancellationToken cancellationToken) => watch.Handled();
}

namespace Consumers.Framework.Tests.Hosting;

/// <summary>A handler whose dependency nobody registers.</summary>
internal sealed class HomelessHandler(HomelessHandler.IHome home) : IKafkaHandler<string>
{
    internal interface IHome
    {
        string Address { get; }
    }

    public ValueTask HandleAsync(string message, ConsumeContext context, CancellationToken cancellationToken) => throw new NotSupportedException(home.Address);
}

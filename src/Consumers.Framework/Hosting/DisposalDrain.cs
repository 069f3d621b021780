namespace Consumers.Framework.Hosting;

/// <summary>
/// Stops the consumers when their container is disposed of without its host. It is made when the consumers start, so it is disposed of before
/// whatever was made earlier; what handlers have had made since is disposed of before it. Any thread.
/// </summary>
internal sealed class DisposalDrain(ConsumersStop consumers) : IDisposable, IAsyncDisposable
{
    public void Dispose() => consumers.DrainAsync().GetAwaiter().GetResult();

    public ValueTask DisposeAsync() => new(consumers.DrainAsync());
}

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>What the handlers of the second consumer of a host do; the test's to change.</summary>
internal sealed class NeighbourBody
{
    public Func<CancellationToken, ValueTask> Handle { get; set; } = static async token => await Task.Delay(TimeSpan.FromMilliseconds(10), token);
}

namespace Consumers.Framework.IntegrationTests.Conformance;

/// <summary>Says when its scope ends.</summary>
public sealed class ScopedService(ScopeLog log) : IDisposable
{
    private readonly Guid _id = Guid.NewGuid();

    public void Dispose() => log.Ended.Enqueue(_id);
}

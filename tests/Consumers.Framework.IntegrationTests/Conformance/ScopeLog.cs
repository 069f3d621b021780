using System.Collections.Concurrent;

namespace Consumers.Framework.IntegrationTests.Conformance;

/// <summary>Which scopes were begun for which record, and which have ended.</summary>
public sealed class ScopeLog
{
    public ConcurrentQueue<string> Begun { get; } = new();

    public ConcurrentQueue<Guid> Ended { get; } = new();
}

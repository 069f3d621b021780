using Consumers.Framework.Failures;

namespace Consumers.Framework.Benchmarks.Micro;

/// <summary>There is no host to stop.</summary>
internal sealed class NoHostStopper : IHostStopper
{
    public void Stop() => throw new InvalidOperationException("A record failed that cannot fail.");
}

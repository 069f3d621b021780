using Consumers.Framework.Hosting;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Tests.Hosting;

public sealed class HostStopperTests
{
    [Fact]
    public void Begin_HostThrows_GoesOn()
    {
        var lifetime = new BrokenLifetime();

        HostStopper.Begin(lifetime);

        Assert.True(lifetime.WasAsked);
    }

    /// <summary>Like the host's own when a callback throws and the log that is to say so does as well.</summary>
    private sealed class BrokenLifetime : IHostApplicationLifetime
    {
        public bool WasAsked { get; private set; }

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
            WasAsked = true;
            throw new AggregateException("An error occurred while writing to logger(s).");
        }
    }
}

using Consumers.Framework.Failures;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Hosting;

/// <summary>Stops the host with exit code 1, unless the application has set another one.</summary>
internal sealed class HostStopper(IHostApplicationLifetime lifetime) : IHostStopper
{
    public void Stop()
    {
        if (Environment.ExitCode == 0)
        {
            Environment.ExitCode = 1;
        }

        lifetime.StopApplication();
    }
}

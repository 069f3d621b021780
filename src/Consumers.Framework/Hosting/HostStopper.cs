using Consumers.Framework.Failures;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Hosting;

/// <summary>Stops the host with exit code 1, unless the application has set another one. Any thread; does not wait.</summary>
internal sealed class HostStopper(IHostApplicationLifetime lifetime) : IHostStopper
{
    public void Stop()
    {
        if (Environment.ExitCode == 0)
        {
            Environment.ExitCode = 1;
        }

        // It runs the application's own callbacks, which are not for a poll thread; one may even wait for this consumer to stop.
        ThreadPool.UnsafeQueueUserWorkItem(Begin, lifetime, preferLocal: false);
    }

    /// <summary>Begins the stop. The host logs what a callback throws, and a log provider that throws then would end the process.</summary>
    public static void Begin(IHostApplicationLifetime lifetime)
    {
        try
        {
            lifetime.StopApplication();
        }
        catch (Exception)
        {
            // All callbacks have run.
        }
    }
}

using Consumers.Framework.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Hosting;

/// <summary>
/// The one background service of all consumers: the host stops its services one after another inside one budget, so that one service
/// has to drain all workers side by side.
/// </summary>
/// <remarks>
/// The start never waits for a broker. The drain begins at Stopping, while the web server still answers probes; Stop waits for it.
/// </remarks>
internal sealed class KafkaConsumersHostedService(KafkaConsumers consumers, ILogger<KafkaConsumersHostedService> logger) : BackgroundService, IHostedLifecycleService
{
    /// <summary>Everything that configuration can get wrong is thrown here, before any service of the host starts.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _ = consumers.All;
        return Task.CompletedTask;
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var consumer in consumers.All)
        {
            SettingsLog.Write(logger, consumer.Settings);
            if (consumer.Settings.Options.Enabled)
            {
                consumer.Start();
            }
        }

        return base.StartAsync(cancellationToken);
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        RequestStop();
        return Task.CompletedTask;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        RequestStop();
        await Task.WhenAll(consumers.All.Select(consumer => consumer.StopAsync(cancellationToken))).ConfigureAwait(false);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The work is on the workers' own threads; each sees to its own failures.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;

    private void RequestStop()
    {
        foreach (var consumer in consumers.All)
        {
            consumer.RequestStop();
        }
    }
}

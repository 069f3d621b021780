using Consumers.Framework.Configuration;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Hosting;

/// <summary>
/// The one background service of all consumers: the host stops its services one after another inside one budget, so that one service
/// has to drain all workers side by side.
/// </summary>
/// <remarks>
/// The start never waits for a broker. The drain begins at Stopping, while the web server still answers probes; Stop waits for it. A host
/// that is disposed without a stop is the matter of <see cref="DrainingHost"/>.
/// Everything that can be wrong is found before, by <see cref="ConsumerSettingsStartupValidation"/>.
/// </remarks>
internal sealed class KafkaConsumersHostedService(
    IConsumerSettingsSource settings,
    SettingsWatch watch,
    KafkaConsumers consumers,
    ConsumersStop stop,
    IServiceProvider services,
    IHostApplicationLifetime lifetime,
    ILogger<KafkaConsumersHostedService> logger)
    : BackgroundService, IHostedLifecycleService
{
    private volatile IReadOnlyList<KafkaConsumer> _enabled = [];

    private readonly GuardedLogger _logger = new(logger);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var consumer in settings.Load())
        {
            SettingsLog.Write(_logger, consumer);
        }

        watch.Start();

        // First all, then one after another: a stop that comes meanwhile closes those as well that have not been started yet.
        _enabled = consumers.Enabled;
        services.GetRequiredService<DisposalDrain>();
        foreach (var consumer in _enabled)
        {
            consumer.Start();
        }

        return base.StartAsync(cancellationToken);
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        watch.Dispose();
        stop.Begin();
        return Task.CompletedTask;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await stop.StopAsync(cancellationToken).ConfigureAwait(false);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// The work is on the workers' own threads; each sees to its own failures. Here the host is stopped once those are done that say so. A
    /// consumer that has failed for good is not done: its policy has stopped the host, with another exit code.
    /// </summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var jobs = _enabled.Where(static consumer => consumer.StopsHost).ToList();
        if (jobs.Count == 0)
        {
            return;
        }

        // A stop in the middle of the host's start would make that start fail, and with it the process.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.UnsafeRegister(static started => ((TaskCompletionSource)started!).TrySetResult(), started);
        var done = Task.WhenAll([started.Task.WaitAsync(stoppingToken), .. jobs.Select(job => job.WaitForCompletionAsync(stoppingToken))]);
        await done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (done.IsCompletedSuccessfully)
        {
            Log.CompletionStopsHost(_logger, string.Join(", ", jobs.Select(static job => job.Name)));
            HostStopper.Begin(lifetime);
        }
    }
}

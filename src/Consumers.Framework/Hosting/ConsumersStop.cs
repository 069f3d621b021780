using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Consumers.Framework.Hosting;

/// <summary>Stops all consumers of the host side by side: when the host stops, or else when it is disposed. Any thread.</summary>
internal sealed class ConsumersStop(IOptions<HostOptions> host, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ILogger _logger = GuardedLogger.Create(loggers, "Consumers.Framework.Consumer");

    /// <summary>Empty until the consumers are made, and when their settings are not valid: then there is nothing to stop.</summary>
    private volatile IReadOnlyList<KafkaConsumer> _consumers = [];

    /// <summary>These are the consumers of the host.</summary>
    public void Made(IReadOnlyList<KafkaConsumer> consumers) => _consumers = consumers;

    /// <summary>The drains begin and are not waited for; no consumer starts from now on.</summary>
    public void Begin()
    {
        foreach (var consumer in _consumers)
        {
            consumer.Close();
        }
    }

    /// <summary>
    /// Ends when every consumer has stopped; at once when it is called by a handler or rebalance listener of one of them. That consumer waits
    /// for its caller, and to wait for the others here would use up the time that the caller has.
    /// </summary>
    /// <param name="cancellationToken">Ends the drains.</param>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        var isOwnCode = _consumers.Any(static consumer => consumer.IsOwnCode);
        var stopped = StopAllAsync(cancellationToken);
        return isOwnCode ? Task.CompletedTask : stopped;
    }

    /// <summary>
    /// The host is disposed: what still runs is stopped first, within the host's shutdown timeout. A handler that disposes of its own host waits
    /// for the other consumers only: what their handlers depend on goes with the host.
    /// </summary>
    public async Task DrainAsync()
    {
        List<string> running = [.. _consumers.Where(static consumer => consumer.IsActive).Select(static consumer => consumer.Name)];
        if (running.Count > 0)
        {
            Log.DisposalWaits(_logger, string.Join(", ", running), host.Value.ShutdownTimeout);
        }

        using var timeout = new CancellationTokenSource(host.Value.ShutdownTimeout, time);
        await StopAllAsync(timeout.Token).ConfigureAwait(false);
    }

    /// <remarks>A consumer whose own code this is does not wait for it.</remarks>
    private Task StopAllAsync(CancellationToken cancellationToken)
    {
        Begin();
        return Task.WhenAll(_consumers.Select(consumer => consumer.StopAsync(cancellationToken)));
    }
}

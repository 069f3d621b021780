using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Consumers.Framework.Configuration;

/// <summary>
/// Says in the log that configuration has changed under a running host: consumers keep what they were started with. Start and Dispose are
/// the hosted service's; reloads come on any thread, and are compared on the thread pool, one at a time.
/// </summary>
internal sealed class SettingsWatch(
    IConsumerSettingsSource source,
    ConsumerSettingsReader reader,
    ConsumerConfiguration configuration,
    IEnumerable<ConsumerDeclaration> declarations,
    IOptionsFactory<KafkaConsumerOptions> options,
    TimeProvider time,
    ILoggerFactory loggers) : IDisposable
{
    // One change of a file is often several events, and each file of several an event of its own.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = GuardedLogger.Create(loggers, "Consumers.Framework.Consumer");
    private readonly Lock _gate = new();
    private readonly Lock _comparing = new();

    /// <summary>By consumer, what was said last, as <see cref="SettingsDifference.Exact"/> or as the failures; not for the log.</summary>
    private readonly Dictionary<string, string> _reported = new(StringComparer.Ordinal);
    private readonly List<IDisposable> _registrations = [];
    private ITimer? _timer;
    private volatile bool _isDisposed;

    /// <summary>Watches from now on.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (_isDisposed || _timer is not null)
            {
                return;
            }

            _timer = time.CreateTimer(_ => Compare(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

            // The section of a consumer may be of another configuration than the host's.
            foreach (var watched in declarations.Select(static consumer => consumer.Section).OfType<IConfiguration>().Prepend(configuration.Configuration))
            {
                _registrations.Add(ChangeToken.OnChange(watched.GetReloadToken, Reloaded));
            }
        }
    }

    /// <summary>Ends the watch. It does not wait for a comparison, which runs the application's code; such a one says nothing any more.</summary>
    public void Dispose()
    {
        IDisposable[] registrations;
        lock (_gate)
        {
            _isDisposed = true;
            _timer?.Dispose();
            registrations = [.. _registrations];
            _registrations.Clear();
        }

        // Outside the lock: this waits for a callback that is running (T1), and Reloaded, which it runs (T2), waits for the lock.
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }
    }

    private void Reloaded()
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _timer!.Change(Quiet, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Compare()
    {
        lock (_comparing)
        {
            try
            {
                // What code has registered has not changed, and a check of it would make handlers. A trial would make clients at each reload.
                var reading = reader.Read(options.Create, registrations: null);
                if (reading.Failures.Count > 0)
                {
                    Reject(string.Join(Environment.NewLine, reading.Failures), null);
                    return;
                }

                foreach (var running in source.Load())
                {
                    Report(running, reading.Consumers.Find(consumer => consumer.Name == running.Name)!.Options);
                }
            }
            catch (Exception exception)
            {
                // Configuration callbacks and validators are the application's.
                Reject($"{exception.GetType()}: {ExceptionText.MessageOf(exception)}", exception);
            }
        }
    }

    private void Report(ConsumerSettings running, KafkaConsumerOptions read)
    {
        var changes = running.Options.Enabled || read.Enabled ? SettingsDifference.Of(running.Options, read, read) : SettingsDifference.None;
        if (changes.Shown.Length > 0)
        {
            changes = SettingsDifference.Of(running.Options, read, options.Create(running.Name));
        }

        var before = _reported.GetValueOrDefault(running.Name, "");
        if (_isDisposed || changes.Exact == before)
        {
            return;
        }

        _reported[running.Name] = changes.Exact;
        if (changes.Shown.Length > 0)
        {
            Log.ConfigurationChanged(_logger, running.Name, changes.Shown);
        }
        else
        {
            Log.ConfigurationRestored(_logger, running.Name);
        }
    }

    private void Reject(string failures, Exception? exception)
    {
        var consumers = source.Load();
        if (_isDisposed || consumers.All(consumer => _reported.GetValueOrDefault(consumer.Name) == failures))
        {
            return;
        }

        foreach (var consumer in consumers)
        {
            _reported[consumer.Name] = failures;
        }

        Log.ConfigurationRejected(_logger, failures, exception);
    }
}

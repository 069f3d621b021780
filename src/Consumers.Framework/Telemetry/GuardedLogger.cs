using Consumers.Framework.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Telemetry;

/// <summary>
/// The only way in which the engine logs: a provider that throws loses its entry, and nothing else is touched by it. Any thread.
/// </summary>
internal sealed class GuardedLogger(ILogger inner) : ILogger
{
    /// <summary>Makes a logger, once: a provider may fail at that too, which is then a matter of the start.</summary>
    public static ILogger Create(ILoggerFactory loggers, string category) => new GuardedLogger(loggers.CreateLogger(category));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        try
        {
            return inner.BeginScope(state) is { } scope ? new Scope(scope) : null;
        }
        catch (Exception)
        {
            // A provider's fault is not the pipeline's.
            return null;
        }
    }

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return inner.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            // Of several providers the others may want the entry.
            return true;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // A provider's fault is not the pipeline's, unless the exception cannot be written out: then the entry would be lost that names it.
            if (exception is not null && !ExceptionText.IsPrintable(exception))
            {
                var standIn = ExceptionText.StandIn(exception);
                Log(logLevel, eventId, state, standIn, formatter);
            }
        }
    }

    private sealed class Scope(IDisposable inner) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                inner.Dispose();
            }
            catch (Exception)
            {
                // A provider's fault is not the pipeline's.
            }
        }
    }
}

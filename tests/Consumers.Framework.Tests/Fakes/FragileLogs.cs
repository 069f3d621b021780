using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>A log provider that writes entries out with their exceptions, as the console does, and throws when a test wants it to.</summary>
internal sealed class FragileLogs : ILogger
{
    private readonly ConcurrentQueue<(int Id, string Text)> _entries = new();
    private int _thrown;

    /// <summary>Whether it throws now, and at which entry; never at first.</summary>
    public Func<int, bool> Fails { get; set; } = static _ => false;

    /// <summary>Whether it throws when it is asked whether it wants entries, or to begin a scope.</summary>
    public bool FailsAtQuestions { get; set; }

    /// <summary>Takes what the framework logs; the host's own entries are not for it.</summary>
    public ILoggerProvider Provider => new OfTheFramework(this);

    /// <summary>How often it has thrown.</summary>
    public int Thrown => Volatile.Read(ref _thrown);

    public IReadOnlyList<(int Id, string Text)> Entries => [.. _entries];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => FailsAtQuestions ? throw Failure() : null;

    public bool IsEnabled(LogLevel logLevel) => FailsAtQuestions ? throw Failure() : true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (Fails(eventId.Id))
        {
            throw Failure();
        }

        _entries.Enqueue((eventId.Id, $"{formatter(state, exception)} {exception}"));
    }

    private InvalidOperationException Failure()
    {
        Interlocked.Increment(ref _thrown);
        return new InvalidOperationException("The log's disk is full.");
    }

    private sealed class OfTheFramework(FragileLogs logs) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("Consumers.Framework", StringComparison.Ordinal) ? logs : NullLogger.Instance;

        public void Dispose()
        {
        }
    }
}

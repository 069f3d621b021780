using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Tests.Telemetry;

public sealed partial class GuardedLoggerTests
{
    private readonly FragileLogs _provider = new();
    private readonly GuardedLogger _logger;

    public GuardedLoggerTests() => _logger = new GuardedLogger(_provider);

    [Fact]
    public void AnyCall_ProviderThrows_GoesOn()
    {
        _provider.FailsAtQuestions = true;
        _provider.Fails = static _ => true;

        Assert.Null(_logger.BeginScope("scope"));
        Assert.True(_logger.IsEnabled(LogLevel.Critical));
        Said(_logger, null, "something");

        // The question whether it is enabled is asked twice.
        Assert.Equal(4, _provider.Thrown);
    }

    [Fact]
    public void BeginScope_ScopeThrowsAtItsEnd_GoesOn()
    {
        var scope = new GuardedLogger(new BadScopes()).BeginScope("scope");

        Assert.NotNull(scope);
        scope.Dispose();
    }

    [Fact]
    public void Log_ExceptionThatCannotBeWrittenOut_IsLoggedWithWhatCanBeReadOfIt()
    {
        Said(_logger, new HostileException(), "it failed");

        Assert.Equal(
            $"it failed System.InvalidOperationException: {typeof(HostileException).FullName}: (its Message throws HostileException){Environment.NewLine}(its StackTrace throws HostileException)",
            Assert.Single(_provider.Entries).Text);
    }

    [Fact]
    public void Log_ProviderThrowsForItself_IsNotAskedTwice()
    {
        _provider.Fails = static _ => true;

        Said(_logger, new InvalidOperationException("mine"), "it failed");

        Assert.Equal(1, _provider.Thrown);
    }

    [LoggerMessage(7, LogLevel.Warning, "{What}")]
    private static partial void Said(ILogger logger, Exception? exception, string what);

    private sealed class BadScopes : ILogger, IDisposable
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }

        public void Dispose() => throw new InvalidOperationException("end of scope");
    }
}
